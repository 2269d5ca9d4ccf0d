//! The page at `/` that shows incidents live, and its files.

use accessibility::Language;
use poem::endpoint::make_sync;
use poem::http::{HeaderName, HeaderValue, header};
use poem::{EndpointExt, Request, Response, Route, get};

const INDEX: &str = include_str!("../../../accessibility/web/live/index.html");
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! files {
    ($($name:literal $media:expr),+ $(,)?) => {
        &[$(($name, $media, include_str!(concat!("../../../accessibility/web/live/", $name)))),+]
    };
}

/// Files of the page: name, media type, content.
const FILES: &[(&str, &str, &str)] = files! {
    "live.css" CSS,
    "map.css" CSS,
    "panels.css" CSS,
    "icon.svg" SVG,
    "clock.js" JAVASCRIPT,
    "detail.js" JAVASCRIPT,
    "dom.js" JAVASCRIPT,
    "incidents.js" JAVASCRIPT,
    "labels.js" JAVASCRIPT,
    "list.js" JAVASCRIPT,
    "live.js" JAVASCRIPT,
    "map.js" JAVASCRIPT,
    "markers.js" JAVASCRIPT,
    "texts.js" JAVASCRIPT,
    "view.js" JAVASCRIPT,
    "wire.js" JAVASCRIPT,
};

/// Headers of every page answer: nothing from elsewhere, nothing framed, nothing kept.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// The page and what it is told at start.
#[derive(Clone)]
pub struct Page {
    /// Makes the page sign in by itself: the demo's, and only for requests that name a loopback
    /// host, so that no other site can borrow it by DNS rebinding.
    pub token: Option<String>,
    /// Where the streets come from, so that the map is credited rightly.
    pub map_source: Option<String>,
    /// The language when the request asks for none.
    pub language: Language,
}

impl Page {
    /// Adds the page to the routes.
    pub fn mount(self, routes: Route) -> Route {
        let index = make_sync(move |request: Request| self.index(&request));
        let mut routes = routes.at("/", get(index));
        for (name, media, content) in FILES {
            let file = make_sync(move |_| answer(media, (*content).to_owned()));
            routes = routes.at(format!("/live/{name}"), get(file.boxed()));
        }
        routes
    }

    fn index(&self, request: &Request) -> Response {
        let language = wanted_language(request).unwrap_or(self.language);
        let token = self.token.as_ref().filter(|_| from_loopback(request));
        let session = serde_json::json!({ "token": token, "map_source": self.map_source });
        let texts = serde_json::json!(accessibility::section("ui", language));
        let page = INDEX
            .replace("%LANG%", language.tag())
            .replace("%TEXTS%", &in_script(&texts))
            .replace("%SESSION%", &in_script(&session));
        answer("text/html; charset=utf-8", page)
    }
}

/// `?lang=` wins over what the browser asks for; the configured language is the last resort.
fn wanted_language(request: &Request) -> Option<Language> {
    let query = request.uri().query().unwrap_or_default();
    let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
    asked.and_then(Language::known)
}

fn from_loopback(request: &Request) -> bool {
    let host = request.header(header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

/// JSON that cannot end the script element it stands in.
fn in_script(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

fn answer(media: &str, body: String) -> Response {
    let mut response = Response::builder().content_type(media).body(body);
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(host: &str, path: &str) -> Request {
        let uri = path.parse::<poem::http::Uri>().expect("a path");
        Request::builder().uri(uri).header("host", host).finish()
    }

    async fn page(host: &str, path: &str) -> (poem::http::HeaderMap, String) {
        let demo = Page {
            token: Some("secret-of-demo".to_owned()),
            map_source: Some("generated".to_owned()),
            language: Language::ZhCn,
        };
        let response = demo.index(&asking(host, path));
        let headers = response.headers().clone();
        (
            headers,
            response.into_body().into_string().await.expect("a page"),
        )
    }

    #[tokio::test]
    async fn the_demo_token_is_given_to_loopback_hosts_only() {
        for (host, given) in [
            ("127.0.0.1:8080", true),
            ("localhost", true),
            ("evil.example:8080", false),
        ] {
            let (_, body) = page(host, "/").await;
            assert_eq!(body.contains("secret-of-demo"), given, "{host}");
        }
    }

    #[tokio::test]
    async fn the_page_speaks_the_language_asked_for_and_takes_nothing_from_elsewhere() {
        let (headers, body) = page("localhost", "/?lang=en").await;
        assert!(body.contains("lang=\"en\""));
        assert!(!body.contains("%TEXTS%") && !body.contains("%SESSION%"));
        let policy = headers.get("content-security-policy").expect("a policy");
        assert!(
            policy
                .to_str()
                .expect("text")
                .starts_with("default-src 'self'")
        );
    }

    #[test]
    fn every_file_the_page_names_is_served() {
        let served: Vec<String> = FILES
            .iter()
            .map(|(name, ..)| format!("/live/{name}"))
            .collect();
        let sources = FILES.iter().map(|(_, _, content)| *content).chain([INDEX]);
        for source in sources {
            for named in source.split('"').filter(|part| part.starts_with("/live/")) {
                assert!(
                    served.iter().any(|path| path == named),
                    "{named} is not served"
                );
            }
        }
    }

    #[test]
    fn a_text_cannot_leave_its_script_element() {
        assert!(!in_script(&serde_json::json!("</script>")).contains('<'));
    }
}
