package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.needed;
import static org.pledge.rest.internal.Contract.set;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pledge.visitor.UsageService;

/** The schemas of {@code openapi.yaml} about usage events and their statistics. */
final class UsageContract {
    private UsageContract() {}

    record UsageEvents(List<UsageEvent> events) {}

    record UsageEvent(
            String site,
            Instant at,
            String host,
            String path,
            String category,
            String browser,
            Set<UsageService.Dimension> first,
            Boolean gpc,
            Boolean refused) {
        UsageEvent {
            needed("site", site);
            needed("at", at);
            first = set("first", first);
        }

        UsageService.Event toValue(Set<String> others, boolean gpcOfAll) {
            return new UsageService.Event(
                    site,
                    at,
                    Optional.ofNullable(host),
                    Optional.ofNullable(path),
                    Optional.ofNullable(category),
                    Optional.ofNullable(browser),
                    first,
                    gpcOfAll || Boolean.TRUE.equals(gpc),
                    Boolean.TRUE.equals(refused),
                    others);
        }

        @Override
        public String toString() {
            return "UsageEvent[" + site + "]";
        }
    }

    record UsageReceipt(int counted, int withheld, int dropped) {
        static UsageReceipt of(UsageService.Receipt receipt) {
            return new UsageReceipt(receipt.counted(), receipt.withheld(), receipt.dropped());
        }

        String text() {
            return counted + " " + withheld + " " + dropped;
        }

        static UsageReceipt parse(String text) {
            String[] parts = text.split(" ");
            return new UsageReceipt(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        }
    }

    record UsageStatistics(
            String site,
            LocalDate from,
            LocalDate to,
            UsageService.Dimension by,
            int leastPeople,
            int days,
            long events,
            List<UsageCell> cells,
            long other,
            List<String> promises) {
        static UsageStatistics of(UsageService.Statistics figures) {
            return new UsageStatistics(
                    figures.site(),
                    figures.from(),
                    figures.to(),
                    figures.by(),
                    figures.leastPeople(),
                    figures.days(),
                    figures.events(),
                    figures.cells().stream()
                            .map(cell -> new UsageCell(cell.name(), cell.events(), cell.visitorDays()))
                            .toList(),
                    figures.other(),
                    figures.promises());
        }
    }

    record UsageCell(String name, long events, long visitorDays) {}
}
