//! Tokens to callers.

use std::sync::Arc;

use accessibility::Language;
use domain::identity::Role;
use futures_util::future::BoxFuture;
use openapi::{Authenticate, Caller, Problem};
use store::{Principal, SqlStore, token_sha256};

use super::problems::Failure;
use crate::engine::blocking;

/// Finds the account behind a token; only the digest of a token is ever stored.
pub struct Authenticator {
    store: Arc<SqlStore>,
}

impl Authenticator {
    /// Over the accounts of a store.
    pub fn new(store: Arc<SqlStore>) -> Self {
        Self { store }
    }
}

impl Authenticate for Authenticator {
    fn authenticate<'a>(
        &'a self,
        token: &'a str,
    ) -> BoxFuture<'a, Result<Option<Caller>, Problem>> {
        let digest = token_sha256(token);
        let store = self.store.clone();
        Box::pin(async move {
            let found = blocking(move || store.principal_of_token(&digest)).await;
            let found = found.map_err(|error| Problem::from(Failure::from(error)))?;
            Ok(found.map(caller))
        })
    }
}

fn caller(principal: Principal) -> Caller {
    let language = spoken(&principal.language, &principal.reading_level)
        .tag()
        .to_owned();
    let subject = principal.subject;
    Caller {
        account_id: subject.account_id.0,
        organisation_id: subject.organisation_id.0,
        role: role(subject.role),
        responder_id: subject.responder_id.map(|id| id.0),
        resident_ids: subject.resident_ids.iter().map(|id| id.0).collect(),
        language,
        display_name: principal.display_name,
        device_id: subject.device_id.map(|id| id.0),
        token_id: Some(principal.token_id),
    }
}

fn role(role: Role) -> openapi::Role {
    match role {
        Role::Operator => openapi::Role::Operator,
        Role::Family => openapi::Role::Family,
        Role::Responder => openapi::Role::Responder,
        Role::Device => openapi::Role::Device,
        Role::Admin => openapi::Role::Admin,
    }
}

/// The language of an account at its reading level; only Chinese has an easy level.
fn spoken(language: &str, reading_level: &str) -> Language {
    match Language::parse(language) {
        Language::ZhCn if reading_level == "easy" => Language::ZhCnEasy,
        language => language,
    }
}

#[cfg(test)]
mod tests {
    use super::super::gate::subject;
    use super::super::samples::{ELDER, FIRST, responder};
    use super::*;

    #[test]
    fn nothing_of_a_subject_is_lost_on_the_way_through_the_contract() {
        for role in Role::ALL {
            let before = domain::identity::Subject {
                role: *role,
                resident_ids: vec![ELDER],
                ..responder(FIRST)
            };
            let principal = Principal {
                subject: before.clone(),
                display_name: "王小红".to_owned(),
                language: "en".to_owned(),
                reading_level: "standard".to_owned(),
                token_id: uuid::Uuid::from_u128(1),
            };
            assert_eq!(subject(&caller(principal)), before);
        }
    }

    #[test]
    fn the_easy_level_is_a_language_of_its_own() {
        assert_eq!(spoken("zh-CN", "easy"), Language::ZhCnEasy);
        assert_eq!(spoken("wuu", "easy"), Language::ZhCnEasy);
        assert_eq!(spoken("zh-CN", "standard"), Language::ZhCn);
        assert_eq!(spoken("en", "easy"), Language::En);
    }
}
