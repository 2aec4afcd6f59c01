//! Gives libdas.so its soname, so that a linked program asks for the binary interface it was made for.

use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    const VERSION: &str = "src/version.rs";
    println!("cargo:rerun-if-changed={VERSION}");
    if env::var("CARGO_CFG_TARGET_OS")? == "linux" {
        let source = fs::read_to_string(VERSION)?;
        let number = source.split_once("pub const DAS_ABI_VERSION: u32 = ").and_then(|(_, rest)| rest.split_once(';'));
        let (number, _) = number.ok_or("src/version.rs has no DAS_ABI_VERSION")?;
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libdas.so.{}", number.parse::<u32>()?);
    }
    Ok(())
}
