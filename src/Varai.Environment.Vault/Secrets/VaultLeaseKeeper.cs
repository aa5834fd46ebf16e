using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>Keeps credentials that Vault makes on demand: the same ones for each reader, renewed at two thirds of their time until Vault
/// renews them no further, then announced as changed, so that the next read gets new ones; revoked at the end.</summary>
internal sealed class VaultLeaseKeeper(VaultClient client, string provider, string valueField, TimeProvider time, ILogger logger, Action<string> changed)
    : IDisposable
{
    private readonly ConcurrentDictionary<string, VaultHeldLease> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The credentials in use, or new ones.</summary>
    /// <exception cref="VaultException">Vault refused or failed.</exception>
    public async Task<Secret?> GetAsync(string name, string? version, CancellationToken cancellationToken)
    {
        Slot slot = _slots.GetOrAdd(name, static _ => new Slot());
        await slot.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (slot.Lease is { IsEnding: false } held && held.Remaining(time) > TimeSpan.Zero && Copy(held) is { } secret)
                return version is null || version == held.Version ? secret : null;
            if (version is not null)
                return null; // what was replaced is not kept

            using VaultData? data = await client.ReadAsync(name, cancellationToken).ConfigureAwait(false);
            if (data is null)
                return null;
            return Hold(slot, name, data);
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <summary>What another token made ends with that token.</summary>
    public void TokenReplaced()
    {
        string? now = client.Session.Current?.Token;
        foreach (VaultHeldLease held in _held.Values)
        {
            if (held.Token != now)
                End(held);
        }
    }

    /// <summary>Stops renewing; what is held is left to end by itself.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        foreach (VaultHeldLease held in _held.Values)
            held.Dispose();
    }

    /// <summary>Revokes everything within a limit.</summary>
    public async Task RevokeAsync(TimeSpan limit)
    {
        foreach (VaultHeldLease held in _held.Values)
            held.Timer?.Dispose();
        VaultHeldLease[] alive = [.. _held.Values.Where(held => held.Remaining(time) > TimeSpan.Zero)];
        if (alive.Length == 0 || limit == TimeSpan.Zero)
            return;

        int revoked = 0;
        using var timeout = new CancellationTokenSource(limit, time);
        await Task.WhenAll(alive.Select(async held =>
        {
            try
            {
                await client.RevokeLeaseAsync(held.Id, timeout.Token).ConfigureAwait(false);
                Interlocked.Increment(ref revoked);
            }
            catch (Exception e) when (e is VaultException or OperationCanceledException)
            {
                // Counted as not revoked, which the log says.
            }
        })).ConfigureAwait(false);
        logger.LeasesRevoked(provider, revoked, alive.Length);
    }

    private Secret? Hold(Slot slot, string name, VaultData data)
    {
        (SecretValue value, string? contentType) = VaultValueFormat.Read(data.Json.RevealBytes().Span, valueField);
        if (data.Lease is not { } lease || lease.Duration == TimeSpan.Zero)
            return new Secret(name, value, provider) { ContentType = contentType };

        var held = new VaultHeldLease(name, lease, value, contentType, client.Session.Current?.Token ?? "")
        {
            SetAt = time.GetTimestamp(),
            Duration = lease.Duration,
            CanRenew = lease.IsRenewable,
        };
        _held[held.Id] = held;
        slot.Lease = held;
        held.Timer = time.CreateTimer(_ => _ = MaintainAsync(held), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Start(held, VaultSchedule.Renewal(held.Duration));
        return Copy(held);
    }

    private async Task MaintainAsync(VaultHeldLease held)
    {
        if (_stopping.IsCancellationRequested)
            return;
        if (held.IsEnding || !held.CanRenew || held.Remaining(time) <= TimeSpan.Zero)
        {
            End(held);
            return;
        }

        try
        {
            VaultLease renewed = await client.RenewLeaseAsync(held.Id, held.Asked, _stopping.Token).ConfigureAwait(false);
            bool capped = renewed.Duration + TimeSpan.FromSeconds(1) < held.Asked;
            held.SetAt = time.GetTimestamp();
            held.Duration = renewed.Duration;
            held.CanRenew = renewed.IsRenewable && !capped;
            Start(held, VaultSchedule.Renewal(held.Duration));
            logger.LeaseRenewed(provider, held.Name, renewed.Duration, capped);
        }
        catch (VaultException e) when (e.IsTransient)
        {
            TimeSpan remaining = held.Remaining(time);
            Start(held, remaining > TimeSpan.Zero ? VaultSchedule.Retry(remaining) : TimeSpan.Zero);
            logger.LeaseNotRenewed(provider, held.Name, remaining, e.Message);
        }
        catch (VaultException e)
        {
            logger.LeaseNotRenewed(provider, held.Name, held.Remaining(time), e.Message);
            End(held);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Shutdown.
        }
    }

    // First call: announces the end; the credentials stay valid, and are kept for the revocation, until their time is over.
    private void End(VaultHeldLease held)
    {
        bool announce = !held.IsEnding;
        held.IsEnding = true;
        TimeSpan remaining = held.Remaining(time);
        if (remaining > TimeSpan.Zero)
            Start(held, remaining);
        else if (_held.TryRemove(held.Id, out _))
            held.Dispose();
        if (!announce)
            return;

        logger.LeaseEnding(provider, held.Name, remaining);
        changed(held.Name);
    }

    private Secret? Copy(VaultHeldLease held)
    {
        try
        {
            // The store disposes what it is given.
            var copy = new SecretValue(held.Value.RevealBytes().Span);
            return new Secret(held.Name, copy, provider)
            {
                Version = held.Version,
                ContentType = held.ContentType,
                ExpiresAt = time.GetUtcNow() + held.Remaining(time),
            };
        }
        catch (ObjectDisposedException)
        {
            return null; // its time ended meanwhile
        }
    }

    private static void Start(VaultHeldLease held, TimeSpan due)
    {
        try
        {
            held.Timer?.Change(due, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // Shutdown.
        }
    }

    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public VaultHeldLease? Lease { get; set; }
    }
}
