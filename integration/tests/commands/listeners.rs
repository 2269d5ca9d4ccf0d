//! Listeners for devices: from the command line to the sockets.

use std::net::TcpStream;

use integration::process::{Server, spare_port};

use crate::{anlin, assert_complains, site};

const LINES: [&str; 2] = ["gt06/tcp=127.0.0.1:5023", "h02/udp=127.0.0.1:5013"];

#[test]
fn listeners_come_from_flag_variable_and_file() {
    let site = site();
    let file =
        "[[listeners]]\nprotocol = \"trv\"\ncarrier = \"tcp\"\nlisten = \"127.0.0.1:5040\"\n";
    std::fs::write(site.folder().join("anlin.toml"), file).expect("a file");
    let shown = |args: &[&str], variable: Option<&str>| {
        let mut call = anlin(&site, args);
        if let Some(variable) = variable {
            call = call.env("ANLIN_LISTENERS", variable);
        }
        let finished = call.run().expect("runs");
        assert_eq!(finished.code, Some(0), "{finished:?}");
        finished.stdout
    };
    let from_file = shown(&["check-config"], None);
    for line in file.lines() {
        assert!(from_file.contains(line), "{from_file}");
    }
    let from_variable = shown(&["check-config"], Some(&LINES.join(",")));
    for part in [
        "\"gt06\"",
        "\"127.0.0.1:5023\"",
        "\"h02\"",
        "\"udp\"",
        "\"127.0.0.1:5013\"",
    ] {
        assert!(from_variable.contains(part), "{part}: {from_variable}");
    }
    assert!(
        !from_variable.contains("trv"),
        "the variable wins: {from_variable}"
    );
    let flags = [
        "check-config",
        "--listen",
        "scaip/sip-udp=127.0.0.1:5060",
        "--listen",
        LINES[0],
    ];
    let from_flags = shown(&flags, Some(LINES[1]));
    for part in ["\"scaip\"", "\"sip-udp\"", "\"gt06\""] {
        assert!(from_flags.contains(part), "{part}: {from_flags}");
    }
    assert!(!from_flags.contains("h02"), "flags win: {from_flags}");
}

#[test]
fn a_wrong_listener_is_one_line_and_exit_2() {
    let site = site();
    let taken = format!("gt06/tcp={}", site.http);
    for (wrong, says) in [
        ("telex/tcp=127.0.0.1:1", "protocol telex is not known"),
        ("gt06/ip=127.0.0.1:1", "carrier ip is none of"),
        ("gt06/tcp=here", "here is no address with a port"),
        ("gt06", "is no PROTOCOL/CARRIER=ADDRESS"),
        (
            "watch/udp=127.0.0.1:1",
            "watch does not speak udp; it speaks tcp",
        ),
        ("scaip/tcp=127.0.0.1:1", "it speaks sip-udp and sip-tcp"),
        ("vayyar/tcp=127.0.0.1:1", "no socket of its own carries it"),
        (&taken, "another setting names that address"),
    ] {
        for command in ["check-config", "serve"] {
            let flag = anlin(&site, &[command, "--listen", wrong]).run();
            assert_complains(&flag.expect("runs"), 2, says);
            let variable = anlin(&site, &[command]).env("ANLIN_LISTENERS", wrong).run();
            assert_complains(&variable.expect("runs"), 2, says);
        }
    }
    let file = "[[listeners]]\nprotocol = \"trv\"\ncarier = \"tcp\"\n";
    std::fs::write(site.folder().join("anlin.toml"), file).expect("a file");
    let finished = anlin(&site, &["check-config"]).run().expect("runs");
    assert_complains(&finished, 2, "carier");
}

#[test]
fn a_taken_address_of_a_listener_is_one_line_and_exit_1() {
    let site = site();
    let holder = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let at = holder.local_addr().expect("bound");
    for command in ["serve", "demo"] {
        let listen = format!("h02/udp={at}");
        let finished = anlin(&site, &[command, "--listen", &listen])
            .run()
            .expect("runs");
        assert_complains(&finished, 1, "listeners");
        assert!(finished.stderr.contains(&at.to_string()), "{finished:?}");
    }
}

#[test]
fn serve_says_what_listens() {
    let site = site();
    let at = spare_port().expect("a port");
    let file = format!("listeners = [\"gt06/tcp={at}\", \"h02/udp={at}\"]\n");
    std::fs::write(site.folder().join("anlin.toml"), file).expect("a file");
    let program = integration::process::Program::shipped().expect("anlin");
    let _server = Server::start(&site, &program).expect("a server");
    let said = site.output_end();
    for line in [
        format!("and watches on {}", site.watch),
        format!("and gt06 over tcp on {at}"),
        format!("and h02 over udp on {at}"),
    ] {
        assert!(said.contains(&line), "{said}");
    }
    TcpStream::connect(at).expect("somebody listens");
}
