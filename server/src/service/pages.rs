//! The port through which the pages ask.

use web::backend::{Answer, Backend};
use web::model::{BalancerView, DecisionLog, Problem, RecordingDetails, RecordingPage, TaskPage, UploadRules};

use super::{
    Services,
    balancer::{DEFAULT_PAGE, Which},
};

impl Backend for Services {
    fn recordings(&self, after: Option<String>, limit: u32) -> Answer<'_, RecordingPage> {
        Box::pin(async move { Services::recordings(self, after.as_deref(), limit).await.map_err(Problem::from) })
    }

    fn recording(&self, id: String) -> Answer<'_, RecordingDetails> {
        Box::pin(async move { Services::recording(self, &id).await.map_err(Problem::from) })
    }

    fn upload_rules(&self) -> Answer<'_, UploadRules> {
        Box::pin(async move { Ok(Services::upload_rules(self)) })
    }

    fn balancer(&self) -> Answer<'_, BalancerView> {
        Box::pin(async move { Services::balancer(self).await.map_err(Problem::from) })
    }

    fn tasks(&self, state: String) -> Answer<'_, TaskPage> {
        let which = Which { state: Some(state), ..Which::default() };
        Box::pin(async move { Services::tasks(self, which, None, DEFAULT_PAGE).await.map_err(Problem::from) })
    }

    fn decisions(&self, limit: u32) -> Answer<'_, DecisionLog> {
        Box::pin(async move { Services::decisions(self, limit).await.map_err(Problem::from) })
    }
}
