//! The size limit of request bodies.

use poem::{
    Request,
    error::ReadBodyError,
    http::{Method, header::CONTENT_LENGTH},
};

use crate::{Problem, Slug};

/// Largest request body that the service reads.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// Refuses a body above the limit, announced or not. The library's own limit asks
/// every request for a `Content-Length`, reads included; this one does not.
pub(crate) async fn bound_body(request: &mut Request, most: usize) -> Result<(), Problem> {
    let announced = request.headers().get(CONTENT_LENGTH);
    if let Some(announced) = announced {
        let length = announced
            .to_str()
            .ok()
            .and_then(|text| text.parse::<usize>().ok());
        if length.is_none_or(|length| length > most) {
            return Err(too_large(most));
        }
    }
    let carries = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    if carries.contains(request.method()) {
        match request.take_body().into_bytes_limit(most).await {
            Ok(bytes) => request.set_body(bytes),
            Err(ReadBodyError::PayloadTooLarge) => return Err(too_large(most)),
            Err(_) => return Err(Problem::malformed("body", "complete")),
        }
    }
    Ok(())
}

fn too_large(most: usize) -> Problem {
    Problem::from(Slug::PayloadTooLarge).with_error("body", format!("at most {most} bytes"))
}
