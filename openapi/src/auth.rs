//! Who is calling: the bearer scheme and the identity behind a token.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use poem::Request;
use poem_openapi::{Enum, SecurityScheme, auth::Bearer as Token};
use uuid::Uuid;

use crate::problem::Problem;

/// What an account may act as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Role {
    /// Staff at the board; takes and closes incidents.
    Operator,
    /// Relative of one or more residents.
    Family,
    /// Anyone who may be sent.
    Responder,
    /// A watch, hub or gateway that posts for itself.
    Device,
    /// Runs the installation; sees counters, not people.
    Admin,
}

/// The identity behind a valid token, as the server's ports receive it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account that holds the token.
    pub account_id: Uuid,
    /// Organisation that every read and write is confined to.
    pub organisation_id: Uuid,
    /// What the account acts as.
    pub role: Role,
    /// Set when the account belongs to a responder.
    pub responder_id: Option<Uuid>,
    /// Residents that a family account is tied to.
    pub resident_ids: Vec<Uuid>,
    /// Language tags for texts rendered for this caller, as in `Accept-Language`.
    pub language: String,
    /// Word that others may see for this caller.
    pub display_name: String,
    /// Set when the account belongs to a device.
    pub device_id: Option<Uuid>,
    /// The token itself, so that what goes on for long can see it end.
    pub token_id: Option<Uuid>,
}

impl Caller {
    /// A language the request asks for wins over the one kept with the account: a shared
    /// screen may be read by somebody else.
    fn reading(mut self, accept_language: Option<&str>) -> Self {
        if let Some(wanted) = accept_language.filter(|wanted| *wanted != "*") {
            wanted.clone_into(&mut self.language);
        }
        self
    }
}

/// Turns a bearer token into a caller; implemented by the server.
pub trait Authenticate: Send + Sync + 'static {
    /// `None` for an unknown, expired or revoked token. An error is for a store
    /// that cannot answer: it must not read as 401, or clients drop good tokens.
    fn authenticate<'a>(&'a self, token: &'a str)
    -> BoxFuture<'a, Result<Option<Caller>, Problem>>;
}

/// Opaque token, sent as `Authorization: Bearer <token>`.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "bearer", checker = "check")]
pub struct Bearer(pub Caller);

async fn check(request: &Request, bearer: Token) -> poem::Result<Caller> {
    let Some(authenticator) = request.data::<Arc<dyn Authenticate>>() else {
        return Err(Problem::internal().into());
    };
    match authenticator.authenticate(&bearer.token).await? {
        Some(caller) => Ok(caller.reading(request.header("accept-language"))),
        None => Err(Problem::unauthenticated().into()),
    }
}
