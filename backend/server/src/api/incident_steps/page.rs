//! The sheet as one page to print: large letters, black on white, nothing from elsewhere.

use std::fmt::Write as _;

use accessibility::Language;
use domain::message::Facts;
use openapi::{HandoverSheet, SheetLine};

/// One A4 page; what an ambulance crew looks for first is largest.
const STYLE: &str = "@page{size:A4;margin:14mm}*{box-sizing:border-box}\
body{font:18px/1.4 system-ui,'Noto Sans SC',sans-serif;color:#000;background:#fff;\
max-width:190mm;margin:0 auto;padding:12px}\
h1{font-size:28px;margin:0 0 8px;border-bottom:3px solid #000}\
.drill{font-size:24px;font-weight:bold;border:3px dashed #000;padding:8px;text-align:center}\
dl{display:grid;grid-template-columns:9em 1fr;margin:0}\
dt,dd{margin:0;padding:6px 8px;border-bottom:1px solid #666}\
dt{font-weight:bold}.who dd,.address dd{font-size:24px;font-weight:bold}\
div.row{display:contents}ul{margin:0;padding-left:1.1em}\
.conditions dd,.drugs dd,.allergies dd{font-weight:bold}\
@media print{body{padding:0;max-width:none}}";

/// The page.
pub(super) fn printed(sheet: &HandoverSheet, language: Language) -> String {
    let word = |key| {
        let found = accessibility::phrase("sheet", key, language, &Facts::new());
        escaped(&found.unwrap_or_default())
    };
    let title = word("title");
    let mut page = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
<style>{STYLE}</style></head><body><h1>{title}</h1>",
        escaped(&sheet.language)
    );
    if sheet.drill {
        push(
            &mut page,
            format_args!("<p class=\"drill\">{}</p>", word("drill")),
        );
    }
    page.push_str("<dl>");
    for line in &sheet.lines {
        row(&mut page, line);
    }
    page.push_str("</dl></body></html>\n");
    page
}

fn row(page: &mut String, line: &SheetLine) {
    let label = escaped(&line.label);
    push(
        page,
        format_args!(
            "<div class=\"row {}\"><dt>{label}</dt><dd>",
            escaped(&line.key)
        ),
    );
    match line.values.as_slice() {
        [only] => page.push_str(&escaped(only)),
        several => {
            page.push_str("<ul>");
            for value in several {
                push(page, format_args!("<li>{}</li>", escaped(value)));
            }
            page.push_str("</ul>");
        }
    }
    page.push_str("</dd></div>");
}

fn push(page: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    let _ = page.write_fmt(part);
}

/// Text as it may stand between tags and in attributes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use openapi::Time;

    use super::*;

    #[test]
    fn what_somebody_wrote_is_never_markup() {
        let sheet = HandoverSheet {
            incident_id: uuid::Uuid::from_u128(1),
            language: "en".to_owned(),
            made_at: Time("2026-11-24T03:00:00Z".parse().expect("a moment")),
            drill: true,
            outcome: None,
            lines: vec![SheetLine {
                key: "mind".to_owned(),
                label: "Mind".to_owned(),
                values: vec!["<script>dog()</script> & \"cat\"".to_owned()],
            }],
            spoken: Vec::new(),
            hand_overs: Vec::new(),
        };
        let page = printed(&sheet, Language::En);
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("&lt;script&gt;dog()&lt;/script&gt; &amp; &quot;cat&quot;"));
        assert!(page.contains("Exercise, not real"));
    }
}
