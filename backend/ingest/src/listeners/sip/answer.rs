//! Messages that we send: responses, and requests of our own.

use std::net::{IpAddr, SocketAddr};

use ezk_sip_types::header::typed::{Contact, FromTo, Via};
use ezk_sip_types::host::Host;
use ezk_sip_types::print::AppendCtx as _;
use ezk_sip_types::{Headers, Name, StatusCode};

use super::message::{Message, first};

/// What is understood.
pub(super) const ALLOW: &str = "MESSAGE, OPTIONS";
/// The bodies that are understood.
const ACCEPT: &str = "application/scaip+xml, application/xml, text/xml";
/// What our bodies are when the sender did not name its own.
const BODY_TYPE: &str = "application/scaip+xml";
/// Mark of branches that are unique (RFC 3261, 8.1.1.7).
const MAGIC: &str = "z9hG4bK";
/// The port of SIP where none is named.
const PORT: u16 = 5060;

/// A response to a request with these headers; `None` when they do not say how to answer.
pub(super) fn response(
    headers: &Headers,
    code: StatusCode,
    peer: SocketAddr,
    tag: &str,
    body: Option<(&str, &[u8])>,
) -> Option<Vec<u8>> {
    let mut out = Headers::new();
    let mut vias = headers.get_raw(&Name::VIA);
    out.insert(Name::VIA, seen_from(vias.next()?.as_str(), peer));
    for via in vias {
        out.insert(Name::VIA, via.as_str());
    }
    out.insert(Name::FROM, first(headers, &Name::FROM)?);
    let to = first(headers, &Name::TO)?;
    match headers
        .get::<FromTo>(Name::TO)
        .is_ok_and(|it| it.tag.is_some())
    {
        true => out.insert(Name::TO, to),
        false => out.insert(Name::TO, format!("{to};tag={tag}").as_str()),
    }
    out.insert(Name::CALL_ID, first(headers, &Name::CALL_ID)?);
    out.insert(Name::CSEQ, first(headers, &Name::CSEQ)?);
    if code == StatusCode::METHOD_NOT_ALLOWED || code == StatusCode::OK {
        out.insert(Name::ALLOW, ALLOW);
        out.insert(Name::ACCEPT, ACCEPT);
    }
    let line = format!("SIP/2.0 {} {}", code.into_u16(), reason(code));
    Some(written(&line, out, body))
}

/// A MESSAGE of our own, to whoever sent a request.
#[derive(Clone, Debug)]
pub(super) struct Own {
    /// By which its response is known.
    pub(super) branch: String,
    /// As it goes over the wire.
    pub(super) bytes: Vec<u8>,
}

/// Builds one that carries `body`; `id` makes branch, tag and Call-ID unlike all others.
pub(super) fn own(
    to: &Message,
    transport: &str,
    local: Option<SocketAddr>,
    id: &str,
    body: &[u8],
) -> Option<Own> {
    let sender: FromTo = to.headers.get(Name::FROM).ok()?;
    let target = match to.headers.get::<Contact>(Name::CONTACT) {
        Ok(contact) => contact.uri.uri,
        Err(_) => sender.uri.uri.clone(),
    };
    let receiver: FromTo = to.headers.get(Name::TO).ok()?;
    let branch = format!("{MAGIC}{id}");
    let place = match local {
        Some(local) if !local.ip().is_unspecified() => local.to_string(),
        // The sender knows us by the address it wrote.
        _ => receiver.uri.uri.host_port.default_print_ctx().to_string(),
    };
    let mut out = Headers::new();
    let via = format!("SIP/2.0/{transport} {place};branch={branch};rport");
    out.insert(Name::VIA, via.as_str());
    out.insert(Name::MAX_FORWARDS, "70");
    let uri = receiver.uri.uri.default_print_ctx();
    out.insert(Name::FROM, format!("<{uri}>;tag={id}").as_str());
    let uri = sender.uri.uri.default_print_ctx();
    out.insert(Name::TO, format!("<{uri}>").as_str());
    out.insert(Name::CALL_ID, format!("{id}@anlin").as_str());
    out.insert(Name::CSEQ, "1 MESSAGE");
    let kind = to.first(&Name::CONTENT_TYPE).unwrap_or(BODY_TYPE);
    let line = format!("MESSAGE {} SIP/2.0", target.default_print_ctx());
    Some(Own {
        bytes: written(&line, out, Some((kind, body))),
        branch,
    })
}

/// The type of bodies that answer a message.
pub(super) fn body_type(of: &Message) -> &str {
    of.first(&Name::CONTENT_TYPE).unwrap_or(BODY_TYPE)
}

/// Where a response goes (RFC 3261, 18.2.2; RFC 3581): to the port that the sender names when it can
/// be reached where it says it is, else back through whatever translated its address.
pub(super) fn way_back(headers: &Headers, peer: SocketAddr) -> SocketAddr {
    let Ok(via) = headers.get_named::<Via>() else {
        return peer;
    };
    let is_direct = host_ip(&via.sent_by.host) == Some(peer.ip());
    match via.params.get("rport").is_none() && is_direct {
        true => SocketAddr::new(peer.ip(), via.sent_by.port.unwrap_or(PORT)),
        false => peer,
    }
}

fn host_ip(host: &Host) -> Option<IpAddr> {
    match host {
        Host::IP4(ip) => Some((*ip).into()),
        Host::IP6(ip) => Some((*ip).into()),
        Host::Name(_) => None,
    }
}

/// A top Via with the place its request came from, where its sender asks or errs.
fn seen_from(via: &str, peer: SocketAddr) -> String {
    let (top, rest) = via.split_at(via.find(',').unwrap_or(via.len()));
    let asks = |part: &str| part.trim().eq_ignore_ascii_case("rport");
    let asked = top.split(';').any(asks);
    let parts: Vec<String> = top
        .split(';')
        .map(|part| match asks(part) {
            true => format!("rport={}", peer.port()),
            false => part.to_owned(),
        })
        .collect();
    let ip = peer.ip();
    let errs = !top.contains(&ip.to_string());
    let received = match asked || errs {
        true => format!(";received={ip}"),
        false => String::new(),
    };
    format!("{}{received}{rest}", parts.join(";").trim_end())
}

fn written(line: &str, mut headers: Headers, body: Option<(&str, &[u8])>) -> Vec<u8> {
    let (kind, body) = body.unwrap_or_default();
    if !kind.is_empty() {
        headers.insert(Name::CONTENT_TYPE, kind);
    }
    headers.insert(Name::CONTENT_LENGTH, body.len().to_string().as_str());
    let mut bytes = format!("{line}\r\n{headers}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn reason(code: StatusCode) -> &'static str {
    match code.into_u16() {
        200 => "OK",
        400 => "Bad Request",
        405 => "Method Not Allowed",
        503 => "Service Unavailable",
        _ => "Refused",
    }
}
