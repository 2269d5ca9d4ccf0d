//! W1: the eight nearest eligible points in a straight line, while points move.

use serde_json::json;
use spatial::{Class, StraightIndex, StraightScratch};

use crate::Fault;
use crate::clock::Clock;
use crate::protocol::{Caller, Contestant};

mod scene;
mod trees;

use scene::{Scene, Walkers, classes, lonlat};
use trees::{Fixed, Tree};

const POINTS: usize = 100_000;
const QUESTIONS: usize = 10_000;
const CHECKED: usize = 2000;
const K: usize = 8;
const ELIGIBLE: f64 = 0.2;

pub(crate) fn run(caller: &mut Caller) -> Result<(), Fault> {
    let scene = &Scene::new()?;
    let class = classes()?[1];
    let (moving, still) = (scene.ours()?, scene.ours()?);
    let (mut all, mut together, mut apart) = (
        Tree::new(scene, false)?,
        Tree::new(scene, false)?,
        Tree::new(scene, true)?,
    );
    let fixed = Fixed::new(scene)?;
    let mut answer = Vec::new();
    for (question, at) in scene.questions.iter().enumerate().take(CHECKED) {
        let mut scratch = StraightScratch::new();
        let ours = still.nearest(&mut scratch, scene.asked[question], class, K);
        let ours: Vec<f64> = ours.iter().map(|found| found.metres).collect();
        together.filtered(&scene.eligible, at, &mut answer);
        scene.agree(question, &ours, &answer)?;
        scene.agree(question, &ours, &apart.nearest(at, K).collect::<Vec<_>>())?;
        scene.agree(question, &ours, &fixed.nearest(at).collect::<Vec<_>>())?;
    }
    let mut ours = Ours {
        index: moving,
        walkers: scene.walkers(),
        scratch: StraightScratch::new(),
    };
    let (mut one, mut two) = (scene.walkers(), scene.walkers());
    let mut scratch = StraightScratch::new();
    let mut contestants = [
        Contestant::new("ours", |clock| ours.round(clock, scene, class)),
        Contestant::new("ours, nobody moves", |clock| {
            for &at in &scene.asked {
                clock.time("question", || {
                    still.nearest(&mut scratch, at, class, K).len()
                });
            }
        }),
        Contestant::new("kiddo mutable, filtered", |clock| {
            for at in &scene.questions {
                let (id, from, to) = one.step();
                clock.time("move", || together.replace(id, &from, &to));
                clock.time("question", || {
                    together.filtered(&scene.eligible, at, &mut answer)
                });
            }
        }),
        Contestant::new("kiddo mutable, a tree a class", |clock| {
            for at in &scene.questions {
                let (id, from, to) = two.step();
                clock.time("move", || {
                    let eligible = scene.eligible[id];
                    all.replace(id, &from, &to) && eligible && apart.replace(id, &from, &to)
                });
                clock.time("question", || apart.nearest(at, K).len());
            }
        }),
        Contestant::new("kiddo immutable, eligible only", |clock| {
            for at in &scene.questions {
                clock.time("question", || fixed.nearest(at).len());
            }
        }),
    ];
    caller.serve(
        json!({"points": POINTS, "eligible": ELIGIBLE, "k": K}),
        &mut contestants,
    )
}

/// Our index, with somebody moving before every question.
struct Ours {
    index: StraightIndex,
    walkers: Walkers,
    scratch: StraightScratch,
}

impl Ours {
    fn round(&mut self, clock: &mut Clock, scene: &Scene, class: Class) {
        let Self {
            index,
            walkers,
            scratch,
        } = self;
        for &at in &scene.asked {
            let (id, _, to) = walkers.step();
            let Ok(to) = lonlat(to) else { continue };
            clock.time("move", || index.move_to(id as u32, to));
            clock.time("question", || index.nearest(scratch, at, class, K).len());
        }
    }
}
