//! Rows to the database, in the order that foreign keys ask for.

use std::collections::HashSet;

use domain::identity::Role;
use domain::ids::{AccountId, OrganisationId, PushEndpointId};
use domain::ports::StoreError;
use domain::time::Timestamp;
use store::seeding::{Seeder, Token};
use store::{Database, Division, Facility, Platform, SqlStore};

use super::rows::Rows;
use super::{SeedError, SeedProgress};

/// Threads that register consoles: the writer commits what waits together.
const REGISTRARS: usize = 8;

/// All that is written.
pub(super) struct Batch {
    pub(super) organisation_id: OrganisationId,
    pub(super) rows: Rows,
    pub(super) tokens: Vec<Token>,
    pub(super) facilities: Vec<Facility>,
    pub(super) divisions: Vec<Division>,
    /// Whether the families of watch wearers get a console endpoint too, as operators do.
    pub(super) family_consoles: bool,
    pub(super) now: Timestamp,
}

/// Writes everything.
pub(super) fn write(
    database: &Database,
    store: &SqlStore,
    batch: Batch,
    progress: &mut dyn FnMut(SeedProgress),
) -> Result<(), SeedError> {
    let consoles = consoles(&batch);
    let mut seeder = Seeder::new(database)?;
    let mut count = Count {
        before: 0,
        total: total(&batch),
        progress,
    };
    let Batch {
        organisation_id: id,
        rows,
        tokens,
        facilities,
        divisions,
        ..
    } = batch;
    count.table(rows.residents, |rows, done| seeder.residents(rows, done))?;
    let devices = rows
        .devices
        .into_iter()
        .map(|device| (device, None))
        .collect();
    count.table(devices, |rows, done| seeder.devices(rows, done))?;
    count.table(rows.accounts, |rows, done| seeder.accounts(rows, done))?;
    count.table(tokens, |rows, done| seeder.tokens(rows, done))?;
    count.table(rows.family, |rows, done| seeder.family(rows, done))?;
    count.table(rows.responders, |rows, done| seeder.responders(rows, done))?;
    count.table(facilities, |rows, done| seeder.facilities(rows, done))?;
    count.table(divisions, |rows, done| seeder.divisions(rows, done))?;
    drop(seeder);
    Ok(register(store, id, &consoles, batch.now)?)
}

fn total(batch: &Batch) -> u64 {
    let rows = &batch.rows;
    let people = rows.residents.len() + rows.responders.len() + rows.family.len();
    let others = rows.devices.len() + rows.accounts.len() + batch.tokens.len();
    (people + others + batch.facilities.len() + batch.divisions.len()) as u64
}

/// Counts rows over all tables.
struct Count<'p> {
    before: u64,
    total: u64,
    progress: &'p mut dyn FnMut(SeedProgress),
}

impl Count<'_> {
    fn table<T>(
        &mut self,
        rows: Vec<T>,
        write: impl FnOnce(Vec<T>, &mut dyn FnMut(u64)) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (count, before, total) = (rows.len() as u64, self.before, self.total);
        let progress = &mut *self.progress;
        write(rows, &mut |done| {
            progress(SeedProgress {
                stage: "rows",
                done: before + done,
                total,
            });
        })?;
        self.before += count;
        progress(SeedProgress {
            stage: "rows",
            done: self.before,
            total,
        });
        Ok(())
    }
}

/// Who reads notices on the server's console.
fn consoles(batch: &Batch) -> Vec<AccountId> {
    let rows = &batch.rows;
    let seats = rows
        .accounts
        .iter()
        .filter(|account| account.role == Role::Operator);
    let mut consoles: Vec<AccountId> = seats.map(|account| account.id).collect();
    if batch.family_consoles {
        let wearers: HashSet<_> = rows
            .devices
            .iter()
            .filter_map(|device| device.resident_id)
            .collect();
        let theirs = rows
            .family
            .iter()
            .filter(|link| wearers.contains(&link.resident_id));
        consoles.extend(theirs.map(|link| link.account_id));
    }
    consoles
}

fn register(
    store: &SqlStore,
    organisation: OrganisationId,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<(), StoreError> {
    let console = |account: AccountId| {
        // One console per account: its identity can be the account's.
        let (id, token) = (PushEndpointId(account.0), account.to_string());
        store.push_endpoint_set(organisation, account, id, Platform::Console, &token, now)
    };
    let share = accounts.len().div_ceil(REGISTRARS).max(1);
    std::thread::scope(|threads| {
        let work = |share: &'_ [AccountId]| {
            let share = share.to_vec();
            threads.spawn(move || share.into_iter().try_for_each(|id| console(id).map(|_| ())))
        };
        let running: Vec<_> = accounts.chunks(share).map(work).collect();
        running
            .into_iter()
            .try_for_each(|thread| match thread.join() {
                Ok(registered) => registered,
                Err(panic) => std::panic::resume_unwind(panic),
            })
    })
}
