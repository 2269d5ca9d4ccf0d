//! Access tokens: made here, told once, kept only as digests.

use std::collections::HashMap;

use domain::devices::Device;
use domain::identity::Role;
use domain::ids::{AccountId, OrganisationId, ResidentId, ResponderId};
use domain::responders::Responder;
use domain::time::Timestamp;
use seed_data::Scale;
use store::Account;
use store::seeding::Token as TokenRow;

use super::SeedError;
use super::rows::{Rows, device_account};
use crate::columns::{left, width};
use crate::engine::fresh_id;

/// Random bytes of a token.
const BYTES: usize = 32;

/// A token as it is handed to its owner.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Whose.
    pub account_id: AccountId,
    /// In which role.
    pub role: Role,
    /// Who that is, for the table.
    pub holder: String,
    /// What is sent as bearer token.
    pub secret: String,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token")
            .field("account_id", &self.account_id)
            .finish_non_exhaustive()
    }
}

/// The tokens of a fresh district.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// A seat.
    pub operator: Token,
    /// Looks after the installation.
    pub admin: Token,
    /// A relative of [`Tokens::family_of`].
    pub family: Token,
    /// Whose relative that is.
    pub family_of: ResidentId,
    /// A watch.
    pub device: Token,
    /// Responders: all of them at the small scale, one otherwise.
    pub responders: Vec<(ResponderId, Token)>,
}

impl Tokens {
    /// Every token.
    pub fn all(&self) -> impl Iterator<Item = &Token> {
        let staff = [&self.operator, &self.admin, &self.family, &self.device];
        staff
            .into_iter()
            .chain(self.responders.iter().map(|(_, token)| token))
    }

    /// The tokens that are printed: one of each role.
    pub fn shown(&self) -> Vec<&Token> {
        let responder = self.responders.first().map(|(_, token)| token);
        let others = [Some(&self.operator), Some(&self.family), responder];
        others
            .into_iter()
            .chain([Some(&self.device), Some(&self.admin)])
            .flatten()
            .collect()
    }
}

/// Gives tokens to one account of each role, and to every responder of a small district. The
/// device's account is made here: only devices that report for themselves have one.
pub(super) fn hand_out(rows: &mut Rows, scale: Scale) -> Result<Tokens, SeedError> {
    let operator = give(first_of(rows, Role::Operator)?)?;
    let admin = give(first_of(rows, Role::Admin)?)?;
    let (watch, family_of, relative) = watched(rows).ok_or(SeedError::Dangling)?;
    let (family, watch) = (give(relative)?, device_account(watch));
    let device = give(&watch)?;
    rows.accounts.push(watch);
    let many = match scale {
        Scale::Small => usize::MAX,
        Scale::District => 1,
    };
    let with_token = |responder: &Responder| {
        let (account_id, role) = (responder.account_id, Role::Responder);
        let (holder, secret) = (responder.name.clone(), secret()?);
        let token = Token {
            account_id,
            role,
            holder,
            secret,
        };
        Ok((responder.id, token))
    };
    let responders = rows.responders.iter().take(many).map(with_token);
    let responders = responders.collect::<Result<_, SeedError>>()?;
    Ok(Tokens {
        operator,
        admin,
        family,
        family_of,
        device,
        responders,
    })
}

fn first_of(rows: &Rows, role: Role) -> Result<&Account, SeedError> {
    let mut accounts = rows.accounts.iter();
    accounts
        .find(|account| account.role == role)
        .ok_or(SeedError::Dangling)
}

/// The first watch whose wearer has a relative, the wearer, and the relative's account.
fn watched(rows: &Rows) -> Option<(&Device, ResidentId, &Account)> {
    let links = rows
        .family
        .iter()
        .map(|link| (link.resident_id, link.account_id));
    let relatives: HashMap<ResidentId, AccountId> = links.collect();
    let (watch, wearer, relative) = rows.devices.iter().find_map(|device| {
        let wearer = device.resident_id?;
        Some((device, wearer, *relatives.get(&wearer)?))
    })?;
    let relative = rows
        .accounts
        .iter()
        .find(|account| account.id == relative)?;
    Some((watch, wearer, relative))
}

fn give(account: &Account) -> Result<Token, SeedError> {
    let (account_id, role, holder) = (account.id, account.role, account.name.clone());
    Ok(Token {
        account_id,
        role,
        holder,
        secret: secret()?,
    })
}

/// The tokens as aligned lines: role, holder, token.
pub fn table(tokens: &[&Token]) -> Vec<String> {
    let widest = |cells: fn(&Token) -> usize| tokens.iter().map(|token| cells(token)).max();
    let roles = widest(|token| width(token.role.as_str())).unwrap_or_default();
    let holders = widest(|token| width(&token.holder)).unwrap_or_default();
    let line = |token: &&Token| {
        let (role, holder) = (
            left(token.role.as_str(), roles),
            left(&token.holder, holders),
        );
        format!("  {role}  {holder}  {}", token.secret)
    };
    tokens.iter().map(line).collect()
}

/// A new secret: 256 random bits as lower-case hex.
pub(crate) fn secret() -> Result<String, SeedError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| SeedError::Randomness)?;
    Ok(hex::encode(bytes))
}

/// What is kept of a token.
pub(super) fn row(organisation_id: OrganisationId, token: &Token, now: Timestamp) -> TokenRow {
    TokenRow {
        id: fresh_id(),
        organisation_id,
        account_id: token.account_id,
        token_sha256: store::token_sha256(&token.secret),
        created_at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(role: Role, holder: &str) -> Token {
        Token {
            account_id: AccountId(fresh_id()),
            role,
            holder: holder.into(),
            secret: "s".into(),
        }
    }

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let (one, other) = (secret().expect("random"), secret().expect("random"));
        assert_eq!(one.len(), 64);
        assert!(one.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_ne!(one, other);
    }

    #[test]
    fn a_secret_does_not_reach_a_log() {
        let token = Token {
            secret: "hidden".into(),
            ..token(Role::Admin, "x")
        };
        assert!(!format!("{token:?}").contains("hidden"));
    }

    #[test]
    fn the_table_is_aligned() {
        let (operator, family) = (token(Role::Operator, "值班席"), token(Role::Family, "Li"));
        let lines = table(&[&operator, &family]);
        assert_eq!(lines, ["  operator  值班席  s", "  family    Li      s"]);
    }

    #[test]
    fn what_is_kept_is_a_digest() {
        let kept = token(Role::Admin, "x");
        let organisation = OrganisationId(fresh_id());
        let row = row(
            organisation,
            &kept,
            "2026-11-24T19:00:00Z".parse().expect("a moment"),
        );
        assert_eq!(row.token_sha256, store::token_sha256("s"));
        assert_eq!(row.account_id, kept.account_id);
    }
}
