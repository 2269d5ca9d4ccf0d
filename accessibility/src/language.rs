//! Languages and reading levels.

use serde::{Deserialize, Serialize};

/// A language at a reading level, as a BCP 47 tag.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum Language {
    /// Chinese as written in Shanghai; also what unknown tags get.
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// The same in short sentences and common words.
    #[serde(rename = "zh-CN-x-easy")]
    ZhCnEasy,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// Every language, in the order pages list them.
    pub const ALL: &'static [Self] = &[Self::ZhCn, Self::ZhCnEasy, Self::En];

    /// The tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::ZhCnEasy => "zh-CN-x-easy",
            Self::En => "en",
        }
    }

    /// The language of a tag; anything unknown is `zh-CN`, which the district reads.
    pub fn parse(tag: &str) -> Self {
        Self::known(tag).unwrap_or_default()
    }

    /// The language of a tag, if there are texts for it.
    ///
    /// Shanghainese (`wuu`) and Cantonese (`yue`) read the Chinese texts. The library alone would
    /// send them to a global fallback, hence the mapping before any lookup.
    pub fn known(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let primary = tag.split('-').next()?;
        match primary {
            "zh" | "wuu" | "yue" | "cmn" if tag.ends_with("-x-easy") => Some(Self::ZhCnEasy),
            "zh" | "wuu" | "yue" | "cmn" => Some(Self::ZhCn),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The best language of an `Accept-Language` header (RFC 9110, 12.5.4).
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best: Option<(f32, Self)> = None;
        for range in accept_language.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
            let weight = weight
                .trim()
                .strip_prefix("q=")
                .map_or(Some(1.0), |q| q.parse().ok());
            let (Some(language), Some(weight)) = (Self::known(tag), weight) else {
                continue;
            };
            if weight > 0.0 && best.is_none_or(|(top, _)| weight > top) {
                best = Some((weight, language));
            }
        }
        best.map_or_else(Self::default, |(_, language)| language)
    }

    /// Locales to look in, the own one first. There is no global fallback: a gap must show.
    pub(crate) const fn locales(self) -> &'static [&'static str] {
        match self {
            Self::ZhCn => &["zh-CN"],
            Self::ZhCnEasy => &["zh-CN-x-easy", "zh-CN"],
            Self::En => &["en"],
        }
    }

    /// Whether its sentences are Chinese.
    pub const fn is_chinese(self) -> bool {
        matches!(self, Self::ZhCn | Self::ZhCnEasy)
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_reads_back() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), *language);
        }
    }

    #[test]
    fn tags_people_send_find_texts() {
        let table = [
            ("wuu", Language::ZhCn),
            ("wuu-CN", Language::ZhCn),
            ("yue-Hant-HK", Language::ZhCn),
            ("zh_CN", Language::ZhCn),
            ("ZH-cn-X-Easy", Language::ZhCnEasy),
            ("wuu-x-easy", Language::ZhCnEasy),
            ("en-GB", Language::En),
            ("en-x-easy", Language::En),
            ("fr", Language::ZhCn),
            ("", Language::ZhCn),
        ];
        for (tag, language) in table {
            assert_eq!(Language::parse(tag), language, "{tag}");
        }
        assert_eq!(Language::known("fr"), None);
    }

    #[test]
    fn a_header_is_weighed() {
        assert_eq!(
            Language::negotiate("fr;q=1, en;q=0.5, zh;q=0.4"),
            Language::En
        );
        assert_eq!(Language::negotiate("en;q=0.2, wuu"), Language::ZhCn);
        assert_eq!(Language::negotiate("en;q=0"), Language::ZhCn);
        assert_eq!(Language::negotiate("*"), Language::ZhCn);
        assert_eq!(Language::negotiate("en;q=x, en-GB;q=0.1"), Language::En);
    }
}
