using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Varai.Configuration;
using Varai.State;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>Keeps what is counted in the state store, where all nodes of an environment add up.</summary>
internal sealed class ServiceLevelStore(IStateStore state, IEnvironmentConfiguration configuration)
{
    private const int MaximumAttempts = 10;
    private const int MaximumWriters = 64;

    private readonly string _node = Guid.NewGuid().ToString("N");

    /// <summary>Adds events of this node, if there are any, unless this addition was made before.</summary>
    /// <returns>What all nodes counted.</returns>
    /// <exception cref="VaraiException">It can't be read or written.</exception>
    public async Task<ServiceLevelCounts> AddAsync(
        ServiceLevelObjective objective, CountedEvents[] events, long addition, CancellationToken cancellationToken)
    {
        string key = KeyOf(objective);
        for (int attempt = 1; ; attempt++)
        {
            StateDocument? found = await state.GetAsync(key, cancellationToken).ConfigureAwait(false);
            ServiceLevelDocument? document = found is null ? null : Parse(found);
            ServiceLevelCounts counts = document is null ? new ServiceLevelCounts(objective) : ServiceLevelCounts.Read(objective, document);
            if (events.Length == 0 || document?.Has(_node, addition) == true)
                return counts;
            foreach (CountedEvents missed in UptimeGaps.Fill(objective, document?.Until, events[0].At))
                counts.Add(missed);
            foreach (CountedEvents counted in events)
                counts.Add(counted);
            ServiceLevelWriter[] writers =
                [.. (document?.Writers ?? []).Where(w => w.Node != _node).TakeLast(MaximumWriters - 1), new ServiceLevelWriter(_node, addition)];
            ServiceLevelDocument next = counts.Write(writers) with { Until = Until(objective, document, events) };
            byte[] content = JsonSerializer.SerializeToUtf8Bytes(next, ServiceLevelJson.Default.ServiceLevelDocument);
            try
            {
                await state.CommitAsync(new StateTransaction().Put(key, content, found?.Version ?? 0), cancellationToken).ConfigureAwait(false);
                return counts;
            }
            catch (StateConflictException) when (attempt < MaximumAttempts)
            {
                // Another node was quicker: add to what it wrote.
            }
        }
    }

    private static DateTimeOffset? Until(ServiceLevelObjective objective, ServiceLevelDocument? document, CountedEvents[] events)
    {
        if (objective.Indicator.Uptime is not { } slots)
            return null;
        DateTimeOffset end = events[^1].At + slots.Length;
        return document?.Until > end ? document.Until : end;
    }

    /// <summary>The document of an objective: another one when something else is counted, or over another period.</summary>
    public string KeyOf(ServiceLevelObjective objective)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{objective.Indicator}\n{objective.Period.Ticks}\n{objective.TimeZone.Id}")));
        return $"monitoring/{configuration.EnvironmentName}/service-levels/{objective.Name}/{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }

    private static ServiceLevelDocument Parse(StateDocument found)
    {
        ServiceLevelDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(found.Content.Span, ServiceLevelJson.Default.ServiceLevelDocument);
        }
        catch (JsonException e)
        {
            throw new VaraiException($"The state document '{found.Key}' holds no counts of a service level: delete it to begin anew.", e);
        }

        return document is { Format: ServiceLevelDocument.PresentFormat }
            ? document
            : throw new VaraiException(string.Create(CultureInfo.InvariantCulture,
                $"The state document '{found.Key}' has the format {document?.Format}, and this version knows {ServiceLevelDocument.PresentFormat}: update this service, or delete the document to begin anew."));
    }
}
