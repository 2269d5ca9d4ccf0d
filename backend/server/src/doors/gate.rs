//! Credentials, asked of the store.

use std::sync::Arc;

use domain::devices::{DeviceUid, Protocol};
use domain::ids::CredentialId;
use ingest::listeners::mqtt::{Admitted, Gate, Login, TurnedAway, Unavailable, Vouched};
use ingest::listeners::topics::Rights;
use store::{SqlStore, Voucher};

use crate::engine::blocking;

/// The credentials of a store.
pub(super) struct StoreGate {
    store: Arc<SqlStore>,
}

impl StoreGate {
    pub(super) fn new(store: Arc<SqlStore>) -> Self {
        Self { store }
    }
}

impl Gate for StoreGate {
    async fn admit(&self, login: Login) -> Result<Admitted, TurnedAway> {
        let store = self.store.clone();
        let found = blocking(move || store.credential_of_login(&login.name, &login.secret)).await;
        match found {
            Ok(Some(credential)) => Ok(Admitted {
                credential: credential.id,
                rights: Rights {
                    protocol: credential.protocol,
                    name: credential.name,
                    is_device: credential.device_id.is_some(),
                    prefix: credential.topic_prefix,
                },
            }),
            Ok(None) => Err(TurnedAway::Unknown),
            Err(error) => {
                tracing::warn!(%error, "credentials not read");
                Err(TurnedAway::Unavailable)
            }
        }
    }

    async fn vouch(
        &self,
        credential: CredentialId,
        protocol: Protocol,
        device: Option<DeviceUid>,
    ) -> Result<Vouched, Unavailable> {
        let store = self.store.clone();
        let asked =
            blocking(move || store.credential_vouches(credential, protocol, device.as_ref()));
        match asked.await {
            Ok(Voucher::Good) => Ok(Vouched::Good),
            Ok(Voucher::Stranger) => Ok(Vouched::Stranger),
            Ok(Voucher::Revoked) => Ok(Vouched::Revoked),
            Err(error) => {
                tracing::warn!(%error, "credentials not read");
                Err(Unavailable)
            }
        }
    }
}
