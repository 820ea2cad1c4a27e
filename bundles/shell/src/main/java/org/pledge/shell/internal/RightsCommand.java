package org.pledge.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Argument;
import org.pledge.rights.RightsService.Outstanding;
import org.pledge.rights.RightsService.Request;

/** A command about one request. */
abstract class RightsCommand extends TenantCommand {
    private static final List<String> COLUMNS =
            List.of("Request", "Person", "Asks for", "State", "Next deadline", "Last day", "Law", "Paused");

    @Argument(index = 0, name = "request", description = "The request, as rights:due shows it", required = true)
    String request;

    UUID id() {
        return Ids.uuid(request);
    }

    void print(Request changed) {
        out().println("Request " + changed.id() + " is " + changed.state() + ". Last day to answer: "
                + changed.deadlines().lastDay() + ".");
    }

    static Rows rows(List<Request> requests) {
        Rows rows = new Rows(COLUMNS);
        requests.forEach(r -> rows.addAll(cells(r)));
        return rows;
    }

    /** With how many recipients have yet to answer a removal, since when, and whether reminders were in vain. */
    static Rows rows(List<Request> requests, Map<UUID, Outstanding> outstanding) {
        List<String> columns = new ArrayList<>(COLUMNS);
        columns.addAll(List.of("Outstanding recipients", "Since", "Escalated"));
        Rows rows = new Rows(columns);
        requests.forEach(r -> {
            List<Object> cells = new ArrayList<>(cells(r));
            Optional<Outstanding> awaited = Optional.ofNullable(outstanding.get(r.id()));
            cells.add(awaited.map(Outstanding::recipients).orElse(0));
            cells.add(awaited.map(Outstanding::since));
            cells.add(awaited.map(Outstanding::escalated).orElse(false));
            rows.addAll(cells);
        });
        return rows;
    }

    private static List<Object> cells(Request r) {
        return List.of(
                r.id(),
                r.subject(),
                r.type(),
                r.state(),
                r.deadlines().next(),
                r.deadlines().lastDay(),
                r.deadlines().law(),
                r.deadlines().pausedSince().isPresent());
    }
}
