//! The page that shows the document, with everything it needs inside.

use poem::{Response, http::header};

/// What the page may do: run what is inside it and ask the server it came from.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
    img-src data:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The library's page with our head, about the document as it is served.
pub(super) fn html(page: &str, printed: &str, document: &str) -> String {
    let head = page
        .replacen("<html charset=\"UTF-8\">", "<html lang=\"en\">", 1)
        // Without an icon of its own a browser asks for /favicon.ico.
        .replacen("<head>", "<head><link rel=\"icon\" href=\"data:,\">", 1)
        .replacen("<title>Swagger UI</title>", "<title>Anlin API</title>", 1);
    format!("<!doctype html>{}", head.replace(printed, document))
}

/// The page as an answer.
pub(super) fn answer(html: String) -> Response {
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "no-referrer")
        .body(html)
}
