//! The main job as a person would tell it, each story on both databases.

mod scenarios {
    pub(crate) mod commands_reach_devices;
    pub(crate) mod crash_after_commit;
    pub(crate) mod duplicate_frames;
    pub(crate) mod fall_at_night;
    pub(crate) mod life_cycle;
    pub(crate) mod no_one_answers;
    pub(crate) mod pushed_to_phones;
    pub(crate) mod responder_declines;
    pub(crate) mod unknown_device;
    pub(crate) mod ways_change;
    pub(crate) mod who_is_asked;
}

integration::on_both_databases! {
    scenarios;
    fall_at_night: a_fall_at_three_in_the_morning, an_sos_by_telephone_is_handled_alike;
    no_one_answers: nobody_answers_until_the_seat_does, a_late_yes_is_still_welcome;
    responder_declines: one_says_no_and_the_next_goes, all_say_no_and_nobody_waits;
    commands_reach_devices: a_watch_that_is_here_rings_at_once,
        what_an_absent_watch_is_told_waits_for_it,
        after_its_deadline_nothing_is_sent,
        a_watch_that_does_not_answer_is_told_three_times,
        a_power_cut_takes_no_command_away,
        a_command_delays_no_alarm,
        a_terminal_answers_by_number_and_refuses,
        what_a_protocol_cannot_say_is_refused_at_once;
    life_cycle: a_watch_from_the_box_becomes_a_residents,
        an_alarm_after_unbinding_is_never_the_former_wearers,
        commands_end_with_the_wearer,
        a_watch_that_was_never_started_is_a_case,
        a_watch_that_works_is_no_case,
        a_test_press_sends_nobody_and_the_next_one_does,
        what_is_no_test_press_is_real_inside_the_window,
        a_call_joins_an_open_test_and_sends_help;
    duplicate_frames: one_fall_sent_five_times_is_one_incident,
        a_second_fall_is_heard_by_whoever_has_the_first;
    crash_after_commit: an_answer_that_got_lost_is_given_again,
        after_a_power_cut_timers_and_notices_go_on;
    ways_change: a_closed_street_changes_who_is_first,
        a_closure_ends_by_itself,
        a_rider_is_asked_before_a_nearer_walker,
        an_old_or_vague_position_stands_behind,
        unreachable_off_the_map_and_unplaced_are_told_apart;
    pushed_to_phones: an_offer_and_its_all_clear_reach_the_phone,
        a_dead_token_is_dropped_and_a_busy_service_is_asked_later;
    who_is_asked: a_life_alarm_asks_everybody_at_once,
        a_request_asks_few_and_then_the_next,
        who_rests_is_not_asked_and_it_says_until_when,
        who_helped_before_comes_first,
        who_was_asked_often_stands_behind,
        nobody_left_in_a_committee_is_spared,
        a_revoked_clearance_never_gets_an_offer,
        a_helper_reads_only_their_own_standing;
    unknown_device: an_unknown_watch_is_put_before_the_seat_and_then_helped,
        a_flood_of_unknown_watches_is_one_row,
        what_cannot_be_decoded_is_kept_and_listed,
        a_watch_cannot_speak_for_another_resident,
        a_frame_without_end_closes_the_line_and_is_counted;
}
