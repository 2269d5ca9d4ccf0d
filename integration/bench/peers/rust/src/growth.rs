//! The same questions on a town and on sixteen of it: what growth costs.

use serde_json::json;
use spatial::DispatchScratch;

use crate::Fault;
use crate::protocol::{Caller, Contestant};
use crate::town::Town;
use crate::w2::{Scene, ask};

const NAMES: [[&str; 3]; 2] = [
    ["one town, 100 %", "one town, 20 %", "one town, 1 %"],
    ["sixteen, 100 %", "sixteen, 20 %", "sixteen, 1 %"],
];

pub(crate) fn run(towns: [&Town; 2], caller: &mut Caller) -> Result<(), Fault> {
    let scenes = [Scene::new(towns[0])?, Scene::new(towns[1])?];
    let filled = [scenes[0].dispatch()?, scenes[1].dispatch()?];
    let mut contestants = Vec::new();
    for class in 0..3 {
        for ((scene, (dispatch, classes)), names) in scenes.iter().zip(&filled).zip(NAMES) {
            let mut scratch = DispatchScratch::default();
            let class_asked = classes[class];
            contestants.push(Contestant::new(names[class], move |clock| {
                for &at in &scene.questions {
                    clock.time("question", || {
                        ask(scene, dispatch, &mut scratch, at, class_asked).len()
                    });
                }
            }));
        }
    }
    let facts = json!({"network": format!("{}; sixteen of it: {}", towns[0].describe(), towns[1].describe())});
    caller.serve(facts, &mut contestants)
}
