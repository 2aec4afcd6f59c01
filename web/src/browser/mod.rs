//! Small tools over browser interfaces. Compiled everywhere, called in the browser only: effects and event handlers do not run
//! on the server.

pub mod balancer_events;
pub mod canvas;
pub mod drag;
pub mod events;
pub mod focus;
pub mod marks;
pub mod observe;
pub mod scripts;
pub mod theme;
