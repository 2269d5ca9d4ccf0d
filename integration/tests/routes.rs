//! Every operation over HTTP: one file per tag, what all have in common, and who may do what.

mod routes {
    pub(crate) mod authz;
    pub(crate) mod bodies;
    pub(crate) mod device_cells;
    pub(crate) mod device_commands;
    pub(crate) mod device_credentials;
    pub(crate) mod devices;
    pub(crate) mod incidents;
    pub(crate) mod life_cycle;
    pub(crate) mod lists;
    pub(crate) mod matrix;
    pub(crate) mod notifications;
    pub(crate) mod ops;
    pub(crate) mod paging;
    pub(crate) mod protection;
    pub(crate) mod push_endpoints;
    pub(crate) mod residents;
    pub(crate) mod responders;
    pub(crate) mod stream;
    pub(crate) mod street_closures;
}

integration::on_both_databases! {
    routes;
    incidents: a_report_with_the_same_key_is_the_same_incident,
        only_an_arrival_or_a_reason_closes_an_incident,
        an_arrival_on_behalf_needs_a_note,
        a_resident_has_one_incident_at_a_time,
        reopening_makes_no_second_incident,
        the_map_shows_the_way_of_the_one_who_goes,
        absent_and_hidden_are_one_answer;
    paging: a_list_is_read_page_by_page, a_page_that_nobody_gave_out_is_refused;
    protection: a_protection_is_told_to_whoever_looks_after_somebody,
        a_protection_is_nobody_elses_business;
    residents: the_seat_reads_the_whole_card,
        family_reads_the_address_and_no_door,
        requirements_are_set_read_and_written_down;
    devices: a_watch_is_seen_with_its_battery,
        an_administrator_sees_devices_and_no_people,
        frames_are_filtered_and_paged;
    device_credentials: a_credential_is_shown_once_and_taken_back,
        an_order_must_fit_a_device_or_a_gateway;
    device_commands: a_command_is_kept_listed_and_taken_back,
        an_order_that_makes_no_sense_is_refused,
        an_administrator_sets_a_device_up_and_reaches_nobody;
    life_cycle: a_device_is_registered_once_and_under_a_name,
        a_label_binds_once,
        an_order_to_hand_out_has_a_deadline_and_a_free_device,
        whose_a_device_was_stays_known,
        when_the_service_ends_the_family_sees_nothing_more;
    responders: the_second_yes_learns_who_was_faster,
        an_undeclared_datum_is_refused,
        off_duty_is_not_asked,
        a_new_position_changes_who_is_nearest,
        responders_are_listed;
    street_closures: a_closure_is_reported_listed_and_ended,
        a_closure_that_closes_nothing_is_refused,
        closures_of_others_are_out_of_reach;
    push_endpoints: an_endpoint_is_set_listed_and_removed,
        a_token_is_never_read_back,
        endpoints_of_others_are_out_of_reach;
    notifications: each_reads_in_their_own_language,
        the_seat_sees_how_far_each_notice_got;
    ops: health_needs_no_token,
        counters_count_what_came,
        whoami_says_who,
        a_wrong_method_names_the_right_ones;
    stream: a_stream_resumes_and_misses_nothing,
        a_stream_passes_the_gate_line_by_line,
        a_withdrawn_right_ends_a_stream,
        a_slow_reader_holds_nobody_up_and_misses_nothing;
    lists: a_list_is_exactly_what_may_be_read;
}
