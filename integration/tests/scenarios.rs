//! The main job as a person would tell it, each story on both databases.

mod scenarios {
    pub(crate) mod behind_the_street;
    pub(crate) mod brokers;
    pub(crate) mod calls_to_residents;
    pub(crate) mod carriers;
    pub(crate) mod clock_and_datum;
    pub(crate) mod commands_reach_devices;
    pub(crate) mod crash_after_commit;
    pub(crate) mod device_health;
    pub(crate) mod duplicate_frames;
    pub(crate) mod every_listener;
    pub(crate) mod evidence;
    pub(crate) mod exactly_one_event;
    pub(crate) mod fall_at_night;
    pub(crate) mod identity_unconfirmed;
    pub(crate) mod incident_steps;
    pub(crate) mod ladders;
    pub(crate) mod life_cycle;
    pub(crate) mod life_signs;
    pub(crate) mod messages;
    pub(crate) mod no_one_answers;
    pub(crate) mod pushed_to_phones;
    pub(crate) mod responder_declines;
    pub(crate) mod telemetry_flood;
    pub(crate) mod unknown_device;
    pub(crate) mod ways_change;
    pub(crate) mod webhooks;
    pub(crate) mod who_is_asked;
}

integration::on_both_databases! {
    scenarios;
    fall_at_night: a_fall_at_three_in_the_morning, an_sos_by_telephone_is_handled_alike;
    incident_steps: silence_is_worse_than_a_no,
        whoever_cannot_go_is_replaced_at_once,
        late_is_seen_and_ends_with_the_arrival,
        from_a_shut_door_to_the_next_day,
        a_second_fall_hastens_whoever_has_the_first,
        two_incidents_are_one_and_then_two_again,
        a_false_alarm_is_counted_for_its_device,
        a_stay_in_hospital_ends_by_itself_or_by_an_alarm,
        an_exercise_reaches_nobody_real,
        the_sheet_says_who_where_and_what,
        the_machine_is_published_and_refuses_by_name;
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
    ladders: cognition_chooses_seat_family_and_120_at_once,
        ladders_that_could_forget_are_refused_by_their_rung,
        a_dry_run_says_how_many_families_would_have_slept,
        a_helper_who_needs_help_gets_it,
        who_is_late_is_replaced_in_parallel,
        any_sign_counts_and_the_elder_is_asked_first,
        whose_the_follow_up_is_stands_in_the_policy;
    duplicate_frames: one_fall_sent_five_times_is_one_incident,
        a_second_fall_is_heard_by_whoever_has_the_first;
    evidence: a_radars_suspicion_waits_and_its_confirmation_sends_help,
        who_walks_on_adds_to_the_alarm,
        often_wrong_waits_ten_seconds_and_is_helped,
        an_uploaded_trace_hastens_and_takes_nothing_back,
        smoke_is_told_to_everybody_with_what_to_do;
    identity_unconfirmed: a_first_frame_that_nothing_protects_is_helped_and_says_so,
        a_known_line_is_believed_and_its_way_is_remembered;
    exactly_one_event: every_alarm_of_every_protocol_is_one_event,
        a_second_real_fall_is_a_new_event;
    crash_after_commit: an_answer_that_got_lost_is_given_again,
        after_a_power_cut_timers_and_notices_go_on;
    ways_change: a_closed_street_changes_who_is_first,
        a_closure_ends_by_itself,
        a_rider_is_asked_before_a_nearer_walker,
        an_old_or_vague_position_stands_behind,
        unreachable_off_the_map_and_unplaced_are_told_apart;
    behind_the_street: the_sixth_storey_is_farther_than_the_first,
        the_promise_is_to_the_door,
        a_broken_lift_is_a_longer_way,
        the_drawn_way_goes_round_a_closed_street,
        what_a_resident_requires_decides_who_is_asked;
    pushed_to_phones: an_offer_and_its_all_clear_reach_the_phone,
        a_dead_token_is_dropped_and_a_busy_service_is_asked_later;
    carriers: an_offer_by_text_message_is_answered_with_its_code,
        a_callback_proves_itself_and_counts_once,
        a_provider_that_fails_is_passed_over,
        what_is_not_delivered_goes_by_the_next_channel,
        the_key_of_the_first_wins_and_the_second_is_told,
        a_link_is_a_yes_once_and_for_its_owner_only,
        what_can_wait_waits_and_a_life_alarm_never_does,
        a_dead_number_is_found_before_it_is_needed;
    calls_to_residents: a_resident_who_is_well_ends_the_suspicion_by_telephone,
        who_needs_help_or_says_nothing_is_helped,
        a_call_never_closes_an_alarm,
        family_ends_a_suspicion_and_no_alarm;
    who_is_asked: a_life_alarm_asks_everybody_at_once,
        a_request_asks_few_and_then_the_next,
        who_rests_is_not_asked_and_it_says_until_when,
        who_helped_before_comes_first,
        who_was_asked_often_stands_behind,
        nobody_left_in_a_committee_is_spared,
        a_revoked_clearance_never_gets_an_offer,
        a_helper_reads_only_their_own_standing;
    every_listener: every_protocol_is_heard_over_its_own_stream,
        every_protocol_is_heard_over_its_own_datagrams;
    telemetry_flood: a_flood_is_answered_and_delays_no_alarm;
    clock_and_datum: an_alarm_of_a_shifting_model_lands_where_it_happened,
        a_clock_two_days_off_is_flagged_and_orders_nothing,
        a_source_that_shifts_without_saying_so_is_proposed,
        a_shifted_place_of_an_app_is_brought_back;
    device_health: a_silent_watch_is_a_case_and_its_return_ends_it,
        a_taken_case_is_left_to_whoever_has_it,
        an_area_that_is_not_heard_is_one_case,
        a_few_silent_homes_are_a_case_each,
        our_own_downtime_flags_nobody,
        what_a_watch_says_of_itself_is_told;
    life_signs: no_water_is_tried_switched_on_and_then_looked_at,
        a_rule_that_means_nothing_is_refused;
    unknown_device: an_unknown_watch_is_put_before_the_seat_and_then_helped,
        a_flood_of_unknown_watches_is_one_row,
        what_cannot_be_decoded_is_kept_and_listed,
        a_watch_cannot_speak_for_another_resident,
        a_frame_without_end_closes_the_line_and_is_counted;
    messages: an_alarm_over_mqtt_is_one_incident,
        an_alarm_of_quality_0_is_kept,
        only_who_has_a_credential_comes_in,
        a_device_has_its_own_topics_only,
        a_device_on_mqtt_rings_and_says_so,
        every_gateway_brings_its_alarms,
        a_gateway_does_not_speak_for_the_devices_of_others,
        old_and_silent_connections_end,
        version_5_is_spoken_as_well,
        a_flood_over_mqtt_is_bounded_and_hides_no_alarm;
    webhooks: a_signed_alarm_over_https_counts_once,
        a_forged_message_is_nobodys_word,
        a_network_posts_its_alarms,
        a_webhook_without_proof_is_refused;
    brokers: an_alarm_through_mosquitto_is_an_incident,
        what_came_while_we_were_away_is_not_lost,
        what_cannot_be_kept_yet_gets_no_receipt;
}
