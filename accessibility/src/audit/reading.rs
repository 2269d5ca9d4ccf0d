//! How hard a text is to read. House limits; no standard stands behind the numbers.

use super::Rule;
use crate::language::Language;

/// Words that older neighbours do not use. Common in official notices, hence the list.
const JARGON: &[&str] = &[
    "系统", "触发", "匹配", "终端", "告警", "离线", "设备", "响应", "调度", "处置", "派单", "工单",
    "联动", "启动", "预案", "阈值", "上报", "核实", "确认", "执行", "状态", "平台", "推送", "反馈",
    "受理", "事件", "用户", "志愿", "定位", "异常", "紧急", "救援",
];

const EASY_SENTENCES: usize = 3;

/// Characters of the basic CJK block, which is all our texts use.
pub(super) fn hanzi(text: &str) -> usize {
    text.chars()
        .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
        .count()
}

/// Rules a text breaks. `longest` has facts put in, `said` has not.
pub(super) fn check(longest: &str, said: &str, language: Language) -> Vec<Rule> {
    let sentences: Vec<&str> = longest
        .split(['。', '！', '？', '.', '!', '?'])
        .filter(|sentence| !sentence.trim().is_empty())
        .collect();
    let limit = limit(language);
    let mut rules: Vec<Rule> = sentences
        .iter()
        .map(|sentence| length(sentence, language))
        .filter(|length| *length > limit)
        .map(|length| Rule::LongSentence { length, limit })
        .collect();
    if language == Language::ZhCnEasy {
        rules.extend(check_easy(longest, said, sentences.len()));
    }
    rules
}

fn check_easy(longest: &str, said: &str, sentences: usize) -> Vec<Rule> {
    let jargon = JARGON.iter().filter(|word| longest.contains(**word));
    let mut rules: Vec<Rule> = jargon
        .map(|word| Rule::Jargon((*word).to_owned()))
        .collect();
    if sentences > EASY_SENTENCES {
        rules.push(Rule::ManySentences(sentences));
    }
    let mut depth = false;
    let latin = said.chars().any(|c| {
        depth = c == '{' || (depth && c != '}');
        !depth && c.is_ascii_alphabetic()
    });
    if latin {
        rules.push(Rule::Script);
    }
    rules
}

fn length(sentence: &str, language: Language) -> usize {
    if language.is_chinese() {
        hanzi(sentence)
    } else {
        sentence.split_whitespace().count()
    }
}

const fn limit(language: Language) -> usize {
    match language {
        Language::ZhCn => 25,
        Language::ZhCnEasy => 15,
        Language::En => 20,
    }
}
