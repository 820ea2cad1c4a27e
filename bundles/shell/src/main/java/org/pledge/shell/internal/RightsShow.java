package org.pledge.shell.internal;

import java.util.Map;
import java.util.TreeMap;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Closing;
import org.pledge.rights.RightsService.Extension;
import org.pledge.rights.RightsService.Request;
import org.pledge.sharing.NoticeService.Answer;
import org.pledge.sharing.NoticeService.Contact;
import org.pledge.sharing.NoticeService.Recipient;

/** Shows one request, and who is told of what it brought about. */
@Service
@Command(
        scope = "rights",
        name = "show",
        description = "Shows one request, and who is told of what it brought about",
        detailedDescription = """
            Example: rights:show --tenant korax REQUEST
            """)
public final class RightsShow extends RightsCommand {
    @Override
    int run() {
        RightsService rights = service(RightsService.class);
        Request r = rights.request(caller(), id());
        Rows rows = new Rows("Part", "Value");
        rows.add("Request", r.id());
        rows.add("Person", r.subject());
        rows.add("Asks for", r.type());
        rows.add("State", r.state());
        rows.add("Jurisdiction", r.jurisdiction());
        rows.add("Received", r.received());
        rows.add("Channel", r.channel());
        rows.add("Opened by", r.openedBy());
        rows.add("Law", r.deadlines().law());
        rows.add("Confirm before", r.deadlines().acknowledgeBy());
        rows.add("Confirmed", r.deadlines().acknowledged());
        rows.add("Answer before", r.deadlines().answerBy());
        rows.add("Last day", r.deadlines().lastDay() + " " + r.deadlines().zone());
        rows.add("Clock stands still since", r.deadlines().pausedSince());
        rows.add("Verified by", r.verifiedBy());
        rows.add("Extended because of", r.extension().map(Extension::reason));
        rows.add("Told of it on", r.extension().map(Extension::noticed));
        rows.add("Carried out", r.carriedOut());
        rows.add("Closed", r.closing().map(Closing::at));
        rows.add("Closed by", r.closing().map(Closing::by));
        rows.add("Ground", r.closing().flatMap(Closing::ground));
        rights.recipients(caller(), r.id()).forEach(one -> rows.add("Recipient " + one.partner(), facts(one)));
        print(rows);
        return 0;
    }

    private static Map<String, Object> facts(Recipient one) {
        Contact contact = one.contact();
        Map<String, Object> facts = new TreeMap<>();
        facts.put("answer", one.answer());
        facts.put("protocol", contact.protocol());
        if (one.answer() == Answer.AWAITED && contact.told().isPresent()) {
            facts.put("awaited", "its confirmation; taken is not carried out");
        }
        one.answered().ifPresent(at -> facts.put("answered", at));
        one.ground().ifPresent(ground -> facts.put("ground", ground));
        contact.told().ifPresent(at -> facts.put("told", at));
        contact.silentSince().ifPresent(at -> facts.put("silent", at));
        facts.put("parked", contact.parked());
        facts.put("reminders", contact.reminders());
        facts.put("overdue", one.overdue());
        facts.put("escalated", contact.escalated());
        return facts;
    }
}
