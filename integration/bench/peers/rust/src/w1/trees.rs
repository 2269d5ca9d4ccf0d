//! The crate kiddo, used in the three ways it can be.

use std::num::NonZeroUsize;

use kiddo::{ImmutableKdTree, MutableKdTree, SquaredEuclidean};

use super::K;
use super::scene::Scene;
use crate::Fault;

/// A tree whose points move.
pub(super) struct Tree(MutableKdTree<f64, 2>);

impl Tree {
    pub(super) fn new(scene: &Scene, only_eligible: bool) -> Result<Self, Fault> {
        let mut tree = MutableKdTree::default();
        for (id, at) in scene.start.iter().enumerate() {
            if scene.eligible[id] || !only_eligible {
                tree.add(at, id as _)
                    .map_err(|refusal| format!("{refusal:?}"))?;
            }
        }
        Ok(Self(tree))
    }

    /// Takes a point out and puts it in again. Refusals concern many points in one place.
    pub(super) fn replace(&mut self, id: usize, from: &[f64; 2], to: &[f64; 2]) -> bool {
        self.0.remove(from, id as _);
        self.0.add(to, id as _).is_ok()
    }

    pub(super) fn nearest(
        &self,
        at: &[f64; 2],
        most: usize,
    ) -> impl ExactSizeIterator<Item = usize> {
        let most = NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN);
        let query = self.0.query(at);
        let found = query.nearest_n::<SquaredEuclidean<f64>>(most).execute();
        found.into_iter().map(|one| one.item as usize)
    }

    /// Asks for more and more until enough of them are eligible.
    pub(super) fn filtered(&self, eligible: &[bool], at: &[f64; 2], answer: &mut Vec<usize>) {
        let mut most = K * 8;
        loop {
            let found = self.nearest(at, most);
            let all = found.len() < most;
            answer.clear();
            answer.extend(found.filter(|&id| eligible[id]).take(K));
            if answer.len() == K || all {
                return;
            }
            most *= 2;
        }
    }
}

/// The eligible points alone, fixed.
pub(super) struct Fixed {
    tree: ImmutableKdTree<f64, 2>,
    ids: Vec<usize>,
}

impl Fixed {
    pub(super) fn new(scene: &Scene) -> Result<Self, Fault> {
        let ids: Vec<usize> = (0..scene.start.len())
            .filter(|&id| scene.eligible[id])
            .collect();
        let points: Vec<[f64; 2]> = ids.iter().map(|&id| scene.start[id]).collect();
        let tree = ImmutableKdTree::new_from_slice(&points);
        Ok(Self {
            tree: tree.map_err(|refusal| format!("{refusal:?}"))?,
            ids,
        })
    }

    pub(super) fn nearest(&self, at: &[f64; 2]) -> impl ExactSizeIterator<Item = usize> {
        let k = NonZeroUsize::new(K).unwrap_or(NonZeroUsize::MIN);
        let found = self
            .tree
            .query(at)
            .nearest_n::<SquaredEuclidean<f64>>(k)
            .execute();
        found.into_iter().map(|one| self.ids[one.item as usize])
    }
}
