//! The end of a test: what is left over fails it.

use super::TestApp;

impl TestApp {
    /// Waits until every notice is out, looks for leftovers, and stops the server.
    ///
    /// # Panics
    /// When something is left over.
    pub async fn finish(&mut self) {
        self.until("every notice is out", async || {
            let now = self.now();
            let health = self.app.store.health(now).expect("health");
            (health.outbox_waiting == 0 && health.undecided_frames == 0).then_some(())
        })
        .await;
        self.finished = true;
        let surprises = self.carrier.surprises();
        assert!(surprises.is_empty(), "nobody expected: {surprises:#?}");
        let orphans = self.app.store.orphans().expect("a look");
        assert!(
            orphans.is_empty(),
            "open incidents without a timer: {orphans:?}"
        );
        let counted = self.app.counters.read();
        for faults in ["frames_not_stored", "notices_failed", "ranking_fallbacks"] {
            assert_eq!(counted[faults], 0, "{faults}");
        }
        self.app.shutdown.stop();
        let served = (&mut self.serving)
            .await
            .expect("the server does not panic");
        served.expect("the server ends well");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.serving.abort();
        if std::thread::panicking() {
            return;
        }
        assert!(self.finished, "a test ends with finish()");
    }
}
