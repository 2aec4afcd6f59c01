//! What an engine slot remembers.

use super::Seat;

/// Data that a slot remembers to have had.
const PLACES: usize = 8;

impl Seat {
    /// True when the slot had this data of late.
    pub(super) fn has(&self, place: &str) -> bool {
        self.places.iter().any(|known| known == place)
    }

    /// The slot gets a task on this data, the latest is the first.
    pub(super) fn remember(&mut self, place: Option<&str>) {
        let Some(place) = place else { return };
        match self.places.iter().position(|known| known == place) {
            Some(at) => self.places[..=at].rotate_right(1),
            None => {
                self.places.truncate(PLACES - 1);
                self.places.insert(0, place.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use web::model::TaskClass;

    use super::*;

    #[test]
    fn the_latest_data_is_remembered_and_the_oldest_forgotten() {
        let mut seat = Seat::new("cpu-0", TaskClass::Cpu);
        seat.remember(None);
        for place in 0..10 {
            seat.remember(Some(&place.to_string()));
        }
        assert_eq!(seat.places, ["9", "8", "7", "6", "5", "4", "3", "2"]);
        seat.remember(Some("4"));
        assert_eq!(seat.places, ["4", "9", "8", "7", "6", "5", "3", "2"]);
        assert!(seat.has("2") && !seat.has("1"));
    }
}
