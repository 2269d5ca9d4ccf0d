use proptest::prelude::*;

use super::*;
use crate::reassembly::{Pending, Piece, Reassembly};
use crate::registry::codec;
use domain::devices::Protocol;

/// Everything a stream holds when it is read in `chunks`, junk included.
fn pieces<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Piece> {
    let mut stream = Reassembly::of(codec(Protocol::Watch));
    let mut found = Vec::new();
    for chunk in chunks {
        stream.push(chunk);
        while let Some(piece) = stream.next_piece() {
            found.push(piece);
        }
    }
    while let Some(piece) = stream.finish() {
        found.push(piece);
    }
    found
}

fn frame(text: &str) -> Piece {
    Piece::Frame(text.as_bytes().to_vec())
}

fn junk(text: &str) -> Piece {
    Piece::Junk(text.as_bytes().to_vec())
}

fn whole(text: &str) -> Vec<Piece> {
    pieces([text.as_bytes()])
}

#[test]
fn a_bracket_where_the_length_says_ends_a_frame_at_once() {
    for text in ["[3G*9990000001*0002*LK]", "[CS*9990000001*0009*TK,]a[b],]"] {
        let mut seen = Progress::default();
        assert_eq!(
            split(text.as_bytes(), &mut seen),
            Split::Frame { end: text.len() },
            "{text}"
        );
    }
}

#[test]
fn a_length_that_is_too_short_is_passed_over() {
    let text = "[3G*9990000001*0002*LK,1,2,33]";
    assert_eq!(
        split(text.as_bytes(), &mut Progress::default()),
        Split::Frame { end: text.len() }
    );
}

#[test]
fn a_length_that_is_too_long_makes_a_frame_likely() {
    let text = "[3G*9990000001*00ff*AL,010124,080910]";
    let mut stream = Reassembly::of(codec(Protocol::Watch));
    stream.push(text.as_bytes());
    assert_eq!(stream.next_piece(), None);
    assert_eq!(stream.pending(), Pending::LikelyFrame);
    assert_eq!(stream.settle(), Some(frame(text)));
    assert_eq!(stream.pending(), Pending::Nothing);
}

#[test]
fn coalesced_frames_come_apart_in_order() {
    let lies = "[3G*9990000001*0fff*AL,1]";
    let right = "[3G*9990000001*0002*LK]";
    let short = "[SG*9990000001*0001*TKQ]";
    let text = [right, short, lies, right, "\r\n", right].concat();
    let expected = [right, short, lies, right, right].map(frame);
    assert_eq!(whole(&text), expected);
}

#[test]
fn a_network_name_may_hold_brackets_and_a_forged_frame() {
    let forged = "[3G*9990000009*0002*LK]";
    let content = format!("UD,1,2,a]b,[home],{forged},-50");
    let text = format!("[3G*9990000001*{:04X}*{content}]", content.len());
    assert_eq!(
        whole(&(text.clone() + forged)),
        [frame(&text), frame(forged)]
    );
}

#[test]
fn a_frame_without_an_end_is_cut_where_the_next_one_starts() {
    let text = "[3G*9990000001*0040*AL,010124,0809[3G*9990000001*0002*LK]";
    let expected = [
        "[3G*9990000001*0040*AL,010124,0809",
        "[3G*9990000001*0002*LK]",
    ];
    assert_eq!(whole(text), expected.map(frame));
}

#[test]
fn a_lying_length_and_a_next_frame_still_come_apart() {
    let next = "[3G*9990000001*0002*LK]";
    let endless = "[3G*9990000001*0002*AL,010124";
    assert_eq!(whole(&[endless, next].concat()), [endless, next].map(frame));
    for long in ["[3G*9990000001*0008*TKQ]", "[3G*9990000001*0fff*TKQ]"] {
        let expected = [frame(long), junk("noise and more"), frame(next)];
        assert_eq!(whole(&[long, "noise and more", next].concat()), expected);
    }
}

#[test]
fn noise_is_kept_apart_from_frames() {
    let text = "GET / HTTP/1.1[[home]x[3G*9990000001*0002*LK]\0\r\ntail[";
    let expected = [
        junk("GET / HTTP/1.1[[home]x"),
        frame("[3G*9990000001*0002*LK]"),
        junk("\0\r\ntail"),
        Piece::Half(b"[".to_vec()),
    ];
    assert_eq!(whole(text), expected);
}

#[test]
fn an_unreadable_head_is_still_framed_by_brackets() {
    let text = "[3G*99 90*0002*LK][3G*9990000001*xyz*LK]";
    let expected = ["[3G*99 90*0002*LK]", "[3G*9990000001*xyz*LK]"].map(frame);
    assert_eq!(whole(text), expected);
}

#[test]
fn escaped_bytes_are_no_framing_whichever_way_they_are_counted() {
    let content = b"TK,}\x01}\x02}\x03}\x04}\x05ok";
    for length in [content.len(), content.len() - 5] {
        let head = format!("[3G*9990000001*{length:04x}*");
        let text = [head.as_bytes(), content, b"]"].concat();
        assert_eq!(pieces([&text[..]]), [Piece::Frame(text.clone())]);
        let plain = [head.as_bytes(), b"TK,}[],*ok]"].concat();
        assert_eq!(unescape(&text), plain);
    }
}

#[test]
fn a_frame_without_end_over_the_limit_is_oversize() {
    let mut bytes = b"[3G*9990000001*ffff*TK,".to_vec();
    bytes.resize(crate::MAX_FRAME + 500, b'x');
    let first = |bytes: &[u8]| Piece::Oversize(bytes[..crate::MAX_FRAME].to_vec());
    assert_eq!(pieces(bytes.chunks(4096))[0], first(&bytes));
    // An end that comes after the limit is too late, also within one read.
    bytes.push(b']');
    for length in [b"ffff", b"0001"] {
        bytes[15..19].copy_from_slice(length);
        assert_eq!(pieces([&bytes[..]])[0], first(&bytes));
    }
}

#[test]
fn one_byte_at_a_time_costs_no_second_look() {
    let mut seen = Progress::default();
    let text = b"[3G*9990000001*0fff*UD,1,2,3,4,5,6,7,8,9";
    for end in 0..=text.len() {
        assert_eq!(split(&text[..end], &mut seen), Split::NeedMore);
    }
    assert_eq!(seen.scanned, text.len());
}

/// Frames as honest and lying firmware sends them, and noise.
fn stretch() -> impl Strategy<Value = Vec<u8>> {
    let content = "(LK|UD|AL_LTE),[0-9a-z,.]{0,30}(,\\[?[a-z]{1,4}\\]?,-5)?";
    let framed = (content, -20_i32..20, any::<bool>()).prop_map(|(content, lie, honest)| {
        let length = i32::try_from(content.len()).unwrap_or(0);
        let declared = if honest {
            length
        } else {
            (length + lie).max(0)
        };
        format!("[3G*9990000001*{declared:04X}*{content}]").into_bytes()
    });
    prop_oneof![
        6 => framed,
        1 => Just(b"\r\n".to_vec()),
        1 => Just(b"[3G*9990000001*0030*AL,cut".to_vec()),
        1 => proptest::collection::vec(prop_oneof![Just(b'['), Just(b']'), any::<u8>()], 0..12),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn how_a_stream_is_read_makes_no_difference(
        stretches in proptest::collection::vec(stretch(), 0..12),
        width in 1_usize..40,
    ) {
        let stream = stretches.concat();
        let at_once = pieces([&stream[..]]);
        prop_assert_eq!(&pieces(stream.chunks(1)), &at_once);
        prop_assert_eq!(&pieces(stream.chunks(width)), &at_once);
    }

    #[test]
    fn no_byte_but_blanks_is_lost(bytes in proptest::collection::vec(
        prop_oneof![Just(b'['), Just(b']'), Just(b'*'), Just(b'3'), any::<u8>()], 0..400,
    )) {
        let kept: Vec<u8> = pieces([&bytes[..]])
            .into_iter()
            .flat_map(|piece| match piece {
                Piece::Frame(raw) | Piece::Junk(raw) | Piece::Oversize(raw) | Piece::Half(raw) => raw,
            })
            .collect();
        let solid = |bytes: &[u8]| -> Vec<u8> {
            bytes.iter().copied().filter(|b| !b.is_ascii_whitespace() && *b != 0).collect()
        };
        prop_assert_eq!(solid(&kept), solid(&bytes));
    }

    #[test]
    fn honest_frames_come_back_exactly(
        contents in proptest::collection::vec("(LK|UD|AL),[0-9a-z,.\\[\\]]{0,40}", 1..8),
        width in 1_usize..30,
    ) {
        let frames: Vec<Vec<u8>> = contents
            .iter()
            .map(|content| crate::watch::encode::frame("3G", "9990000001", None, content))
            .collect();
        let found = pieces(frames.concat().chunks(width));
        let expected: Vec<_> = frames.into_iter().map(Piece::Frame).collect();
        prop_assert_eq!(found, expected);
    }
}
