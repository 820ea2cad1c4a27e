package org.pledge.shell.internal;

import java.util.UUID;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.SharingService;

/** Queues a parked disclosure or notice again, under the same idempotency key. */
@Service
@Command(
        scope = "sharing",
        name = "retry",
        description = "Queues a parked disclosure or notice again, under the same idempotency key",
        detailedDescription = """
            Example: sharing:retry --tenant korax ID
            """)
public final class SharingRetry extends ParkedCommand {
    @Override
    Enum<?> disclosure(UUID disclosure) {
        return service(SharingService.class).retry(caller(), disclosure).state();
    }

    @Override
    Enum<?> notice(UUID notice) {
        return service(NoticeService.class).retry(caller(), notice).state();
    }
}
