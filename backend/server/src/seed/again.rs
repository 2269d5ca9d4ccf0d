//! What is added to a district that is there already: tokens and watches.

use std::collections::HashSet;

use domain::devices::DeviceUid;
use domain::identity::Role;
use domain::ids::{AccountId, OrganisationId, ResidentId};
use domain::ports::{Clock as _, StoreError};
use store::seeding::Seeder;
use store::{Cursor, Database, Page, PageRequest, ResidentScope, SqlStore};

use super::tokens::{self, Token};
use super::{SeedError, rows};
use crate::clock::WallClock;

/// Rows read at once.
const PAGE: u32 = 200;

/// Makes one more token for each account; the old ones stay valid.
///
/// # Errors
/// Whatever storage says.
pub fn mint_tokens(
    database: &Database,
    organisation_id: OrganisationId,
    holders: Vec<(AccountId, Role, String)>,
) -> Result<Vec<Token>, SeedError> {
    let now = WallClock::shared().now();
    let give = |(account_id, role, holder)| {
        Ok(Token {
            account_id,
            role,
            holder,
            secret: tokens::secret()?,
        })
    };
    let minted = holders
        .into_iter()
        .map(give)
        .collect::<Result<Vec<_>, SeedError>>()?;
    let kept = minted
        .iter()
        .map(|token| tokens::row(organisation_id, token, now))
        .collect();
    Seeder::new(database)?.tokens(kept, &mut |_| {})?;
    Ok(minted)
}

/// Makes one more token for an account.
///
/// # Errors
/// Whatever storage says.
pub fn mint_token(
    database: &Database,
    store: &SqlStore,
    account: AccountId,
) -> Result<Token, SeedError> {
    let account = store.account_read(account)?;
    let holder = vec![(account.id, account.role, account.name)];
    let minted = mint_tokens(database, account.organisation_id, holder)?;
    minted.into_iter().next().ok_or(SeedError::Dangling)
}

/// Hands watches to residents, first to those without one; returns how many were new.
///
/// # Errors
/// Whatever storage says.
pub fn add_watches(
    database: &Database,
    store: &SqlStore,
    uids: &[String],
) -> Result<usize, SeedError> {
    let organisation = store.default_organisation()?;
    let uids: Vec<_> = uids
        .iter()
        .filter_map(|uid| DeviceUid::parse(uid))
        .collect();
    let (mut taken, mut wearers) = (HashSet::new(), HashSet::new());
    every_page(
        |page| store.device_list(organisation, page),
        |record| {
            wearers.extend(record.device.resident_id);
            taken.insert(record.device.uid);
        },
    )?;
    let mut residents: Vec<(OrganisationId, ResidentId)> = Vec::new();
    let everybody = ResidentScope::Organisation;
    every_page(
        |page| store.resident_list(organisation, &everybody, page),
        |resident| {
            residents.push((organisation, resident.id));
        },
    )?;
    let devices = rows::hand_out(&uids, &residents, &taken, &wearers);
    let added = devices.len();
    let rows = devices.into_iter().map(|device| (device, None)).collect();
    Seeder::new(database)?.devices(rows, &mut |_| {})?;
    Ok(added)
}

fn every_page<T>(
    read: impl Fn(&PageRequest) -> Result<Page<T>, StoreError>,
    mut take: impl FnMut(T),
) -> Result<(), StoreError> {
    let mut cursor: Option<Cursor> = None;
    loop {
        let page = read(&PageRequest {
            cursor,
            limit: PAGE,
        })?;
        page.items.into_iter().for_each(&mut take);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(()),
        }
    }
}
