//! What responders are and can do, as words and as classes that ranking compares.

use crate::responders::{Classes, Responder};
use crate::words::words;

words! {
    /// What a responder can do.
    pub enum Skill {
        /// Trained in first aid.
        FirstAid = "first_aid",
        /// Trained to lift and transfer.
        Lifting = "lifting",
    }
}

words! {
    /// How a responder gets about.
    pub enum Vehicle {
        /// On foot.
        Foot = "foot",
        /// By bicycle.
        Bicycle = "bicycle",
        /// By electric bicycle.
        Ebike = "ebike",
        /// By car.
        Car = "car",
    }
}

words! {
    /// Whom a responder is, where a resident's record asks for it.
    pub enum Gender {
        /// A woman.
        Female = "female",
        /// A man.
        Male = "male",
    }
}

words! {
    /// What a resident's record may require of whoever comes.
    pub enum Class {
        /// Trained in first aid.
        FirstAid = "first_aid",
        /// Trained to lift and transfer.
        Lifting = "lifting",
        /// A woman.
        Female = "female",
        /// A man.
        Male = "male",
        /// Speaks Wu, here Shanghainese.
        Wu = "wuu",
    }
}

impl Class {
    /// The set of this class alone.
    pub const fn alone(self) -> Classes {
        Classes(1 << self as u32)
    }
}

impl FromIterator<Class> for Classes {
    fn from_iter<I: IntoIterator<Item = Class>>(classes: I) -> Self {
        let join = |set: Self, class: Class| Self(set.0 | class.alone().0);
        classes.into_iter().fold(Self::default(), join)
    }
}

impl Responder {
    /// Every class they are of.
    pub fn classes(&self) -> Classes {
        let of = |class: &Class| match class {
            Class::FirstAid => self.skills.contains(&Skill::FirstAid),
            Class::Lifting => self.skills.contains(&Skill::Lifting),
            Class::Female => self.gender == Some(Gender::Female),
            Class::Male => self.gender == Some(Gender::Male),
            Class::Wu => self.languages.iter().any(|tag| tag == Class::Wu.as_str()),
        };
        Class::ALL.iter().copied().filter(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{AccountId, OrganisationId, ResponderId};

    #[test]
    fn classes_follow_from_what_is_recorded_and_nothing_else() {
        let nobody = Responder::unknown(
            ResponderId(Uuid::nil()),
            OrganisationId(Uuid::nil()),
            AccountId(Uuid::nil()),
        );
        assert_eq!(nobody.classes(), Classes(0));
        let carer = Responder {
            skills: vec![Skill::Lifting],
            gender: Some(Gender::Female),
            languages: vec!["zh-CN".to_owned(), "wuu".to_owned()],
            ..nobody
        };
        let needed: Classes = [Class::Lifting, Class::Female, Class::Wu]
            .into_iter()
            .collect();
        assert_eq!(carer.classes(), needed);
        assert!(!carer.classes().contain(Class::Male.alone()));
    }
}
