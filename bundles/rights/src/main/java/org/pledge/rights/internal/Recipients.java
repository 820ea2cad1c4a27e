package org.pledge.rights.internal;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.pledge.Caller;
import org.pledge.rights.RightsService.Outstanding;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.Outbox.Kind;

/** Says who is told of what a request brought about, and who is asked for it. Needs a transaction. */
record Recipients(NoticeService notices) {
    List<Recipient> of(Caller caller, Request request) {
        return switch (request.type()) {
            case ERASURE, CHILD_REMOVAL ->
                request.carriedOut().isPresent() ? notices.recipients(caller, request.subject()) : List.of();
            case RECTIFICATION -> told(caller, request, Kind.CORRECTION);
            case OPT_OUT, OBJECTION -> told(caller, request, Kind.WITHDRAWAL);
            case RESTRICTION ->
                request.state() == State.FULFILLED ? notices.restricted(caller, request.subject()) : List.of();
            case ACCESS, PORTABILITY -> notices.asked(caller, request.subject(), request.id());
            case DISCLOSURES, COMPLAINT -> List.of();
        };
    }

    /** Asks processors what they hold, where a request is about that. */
    void ask(Request request) {
        kind(request)
                .ifPresent(kind -> notices.ask(Caller.system(request.tenant()), request.subject(), kind, request.id()));
    }

    void endAsking(Request request) {
        if (kind(request).isPresent()) {
            notices.endAsking(Caller.system(request.tenant()), request.subject(), request.id());
        }
    }

    private static Optional<Kind> kind(Request request) {
        return switch (request.type()) {
            case ACCESS -> Optional.of(Kind.ACCESS);
            case PORTABILITY -> Optional.of(Kind.PORTABILITY);
            default -> Optional.empty();
        };
    }

    /** By what carrying it out brought about, or, where that was done by hand, since it arrived. */
    private List<Recipient> told(Caller caller, Request request, Kind kind) {
        Instant from = request.carriedOut().orElse(request.received());
        return request.closing()
                .filter(any -> request.state() == State.FULFILLED)
                .map(closing -> notices.told(caller, request.subject(), kind, from, closing.at()))
                .orElse(List.of());
    }

    /** Empty when nobody is awaited. */
    Optional<Outstanding> outstanding(Caller caller, Request request) {
        Optional<Instant> carriedOut =
                request.carriedOut().filter(at -> !request.state().closed());
        List<Recipient> awaited = carriedOut.isEmpty()
                ? List.of()
                : of(caller, request).stream().filter(one -> !one.settled()).toList();
        return carriedOut
                .filter(at -> !awaited.isEmpty())
                .map(at -> new Outstanding(
                        awaited.size(),
                        first(awaited.stream()
                                        .map(one -> one.contact().awaitedSince().orElse(at)))
                                .orElse(at),
                        first(awaited.stream().flatMap(one -> one.contact().silentSince().stream())),
                        awaited.stream().anyMatch(one -> one.contact().escalated())));
    }

    private static Optional<Instant> first(Stream<Instant> instants) {
        return instants.min(Comparator.naturalOrder());
    }
}
