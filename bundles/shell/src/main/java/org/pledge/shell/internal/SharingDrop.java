package org.pledge.shell.internal;

import java.util.UUID;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.SharingService;

/** Gives a parked disclosure or notice up. */
@Service
@Command(
        scope = "sharing",
        name = "drop",
        description = "Gives a parked disclosure or notice up",
        detailedDescription = """
            Example: sharing:drop --tenant korax ID
            """)
public final class SharingDrop extends ParkedCommand {
    @Override
    Enum<?> disclosure(UUID disclosure) {
        return service(SharingService.class).drop(caller(), disclosure).state();
    }

    @Override
    Enum<?> notice(UUID notice) {
        return service(NoticeService.class).drop(caller(), notice).state();
    }
}
