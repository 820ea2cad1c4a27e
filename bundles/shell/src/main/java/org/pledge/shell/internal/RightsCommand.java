package org.pledge.shell.internal;

import java.util.List;
import java.util.UUID;
import org.apache.karaf.shell.api.action.Argument;
import org.pledge.rights.RightsService.Request;

/** A command about one request. */
abstract class RightsCommand extends TenantCommand {
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
        Rows rows = new Rows("Request", "Person", "Asks for", "State", "Next deadline", "Last day", "Law", "Paused");
        requests.forEach(r -> rows.add(
                r.id(),
                r.subject(),
                r.type(),
                r.state(),
                r.deadlines().next(),
                r.deadlines().lastDay(),
                r.deadlines().law(),
                r.deadlines().pausedSince().isPresent()));
        return rows;
    }
}
