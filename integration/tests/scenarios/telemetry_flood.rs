//! A watch gone mad sends thousands of frames at once: it is answered and mostly not kept, and no
//! alarm waits for it, not even its own.

use std::time::Duration;

use ingest::watch::encode::frame;
use integration::app::TestApp;
use integration::watch::fall_at;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

/// Frames that are no alarm, all at once. One by one they would need a commit each.
const FRAMES: usize = 20_000;
/// The watch gone mad; nobody registered it.
const MAD: &str = "9990000666";
/// Far less than so many commits take, and far more than an alarm does.
const IN_TIME: Duration = Duration::from_secs(15);

/// Reads until an answer to an alarm is here; returns how many answers came before it.
async fn answers_before_the_alarm(mut from: impl AsyncReadExt + Unpin) -> usize {
    let mut unread: Vec<u8> = Vec::new();
    let mut count = 0;
    loop {
        while let Some(end) = unread.iter().position(|&byte| byte == b']') {
            let answer: Vec<u8> = unread.drain(..=end).collect();
            if answer.ends_with(b"*AL]") {
                return count;
            }
            assert!(answer.ends_with(b"*LK]"), "{answer:?}");
            count += 1;
        }
        let read = from.read_buf(&mut unread).await.expect("the line stands");
        assert!(read > 0, "closed after {count} answers");
    }
}

/// Every frame is answered, the limit's worth is kept, the rest is counted.
pub(crate) async fn a_flood_is_answered_and_delays_no_alarm(app: &mut TestApp) {
    app.carrier.hear_anything();
    let stream = TcpStream::connect(app.watches).await.expect("a listener");
    let (reader, mut writer) = stream.into_split();
    let alarm = frame("3G", MAD, None, &fall_at(app.now()));
    let began = Instant::now();
    let flood = tokio::spawn(async move {
        let hello = frame("3G", MAD, None, "LK");
        writer.write_all(&hello.repeat(FRAMES)).await.expect("sent");
        writer.write_all(&alarm).await.expect("sent");
        writer
    });
    let answered = tokio::spawn(answers_before_the_alarm(reader));

    // Somebody else falls in the middle of it.
    let mut other = app.watch(&app.world.elder().uid.clone()).await;
    let asked = Instant::now();
    assert_eq!(other.ask(&fall_at(app.now())).await, "AL");
    assert!(asked.elapsed() < IN_TIME, "{:?}", asked.elapsed());

    let answers = timeout(IN_TIME, answered)
        .await
        .expect("its own alarm in time");
    assert_eq!(
        answers.expect("no panic"),
        FRAMES,
        "all are answered, in order"
    );
    assert!(began.elapsed() < IN_TIME, "{:?}", began.elapsed());
    drop(flood.await.expect("sent"));
    let seat = app.operator();
    assert_eq!(seat.incidents("open").await.len(), 2);
    let counters = app.app.counters.read();
    let (over, kept) = (counters["telemetry_over_limit"], counters["frames"]);
    let limit = 300 + 20 * began.elapsed().as_secs() + 40;
    assert!(kept <= limit, "{kept} kept of at most {limit}");
    assert!(
        over >= u64::try_from(FRAMES).expect("few") - limit,
        "{over}"
    );
}
