//! How an account is reached beside the app. A number names a person, so it is sealed; it is found
//! again by a keyed digest.

use diesel::prelude::*;
use domain::audit::AuditEntry;
use domain::ids::{AccountId, OrganisationId};
use domain::notices::phone::PhoneNumber;
use domain::notices::plan::ChannelPlan;
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::audit;
use crate::errors::Mapped;
use crate::schema::reach;
use crate::sealed::{Column, KeyRing, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Json};
use crate::writer::Lane;

/// Under which purpose numbers are digested.
const PHONE: &str = "reach.phone";

/// What an account has set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Its number.
    pub phone: Option<PhoneNumber>,
    /// Its plan; without one, the plan of its role holds.
    pub plan: Option<ChannelPlan>,
}

#[derive(Clone, Debug, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = reach, primary_key(organisation_id, account_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct ReachRow {
    organisation_id: Id,
    account_id: Id,
    phone: Option<Sealed<String>>,
    phone_code: Option<Vec<u8>>,
    plan: Option<Json<ChannelPlan>>,
    updated_at: At,
}

impl ReachRow {
    fn open(self, keys: &KeyRing) -> Result<Reach, StoreError> {
        let number = self
            .phone
            .map(|phone| phone.open(keys, Column::REACH_PHONE, self.account_id))
            .transpose()?;
        Ok(Reach {
            phone: number.and_then(|number| PhoneNumber::parse(&number).ok()),
            plan: self.plan.map(|plan| plan.0),
        })
    }
}

impl SqlStore {
    /// How an account is reached; carriers know no more than the account.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn reach_of(&self, account: AccountId) -> Result<Reach, StoreError> {
        let row: Option<ReachRow> = self.read(|conn| {
            reach::table
                .filter(reach::account_id.eq(Id::from(account)))
                .first(conn)
                .optional()
                .mapped()
        })?;
        match row {
            Some(row) => row.open(self.keys()),
            None => Ok(Reach::default()),
        }
    }

    /// Sets how an account is reached.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn reach_set(
        &self,
        (organisation, account): (OrganisationId, AccountId),
        wanted: &Reach,
        line: AuditEntry,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let keys = self.keys().clone();
        let number = wanted.phone.as_ref().map(PhoneNumber::as_str);
        let sealed = number
            .map(|number| Sealed::seal(&keys, Column::REACH_PHONE, account, &number.to_owned()))
            .transpose()?;
        let row = ReachRow {
            organisation_id: organisation.into(),
            account_id: account.into(),
            phone: sealed,
            phone_code: number.map(|number| keys.digest_for(PHONE, number.as_bytes())),
            plan: wanted.plan.clone().map(Json),
            updated_at: At(now),
        };
        self.write(Lane::Alarm, move |conn| {
            let own = reach::table
                .filter(reach::organisation_id.eq(row.organisation_id))
                .filter(reach::account_id.eq(row.account_id));
            let changed = diesel::update(own)
                .set(row.clone())
                .execute(conn)
                .mapped()?;
            if changed == 0 {
                diesel::insert_into(reach::table)
                    .values(row)
                    .execute(conn)
                    .mapped()?;
            }
            audit::insert(conn, &keys, &line)
        })
    }

    /// Accounts with this number: relatives may share one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn accounts_of_phone(
        &self,
        number: &PhoneNumber,
    ) -> Result<Vec<(OrganisationId, AccountId)>, StoreError> {
        let code = self.keys().digest_for(PHONE, number.as_str().as_bytes());
        let found: Vec<(Id, Id)> = self.read(|conn| {
            reach::table
                .filter(reach::phone_code.eq(Some(code)))
                .order(reach::account_id)
                .select((reach::organisation_id, reach::account_id))
                .load(conn)
                .mapped()
        })?;
        let pair = |(organisation, account): (Id, Id)| (organisation.into(), account.into());
        Ok(found.into_iter().map(pair).collect())
    }

    /// Accounts that have a number.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn accounts_with_phone(&self) -> Result<Vec<(OrganisationId, AccountId)>, StoreError> {
        let found: Vec<(Id, Id)> = self.read(|conn| {
            reach::table
                .filter(reach::phone_code.is_not_null())
                .select((reach::organisation_id, reach::account_id))
                .load(conn)
                .mapped()
        })?;
        let pair = |(organisation, account): (Id, Id)| (organisation.into(), account.into());
        Ok(found.into_iter().map(pair).collect())
    }
}
