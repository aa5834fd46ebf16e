using Microsoft.Extensions.Logging;
using Varai.State;

namespace Varai.Monitoring.Delivery;

/// <summary>What the workers of all channels share.</summary>
internal sealed record ChannelWorkerParts(
    IStateStore State,
    OutboxStore Store,
    OutcomeTeller Teller,
    DeliveryMetrics Metrics,
    Backoff Backoff,
    SteadyClock Clock,
    AlertDeliveryOptions Options,
    ILogger Logger);
