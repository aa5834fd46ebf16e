using System.Globalization;

namespace Varai.State;

/// <summary>The caller no longer holds the lease it works under; nothing was changed. Stop the work, acquire again.</summary>
public sealed class LeaseLostException : VaraiException
{
    /// <summary>Creates the error.</summary>
    /// <param name="lease">The lease the caller relied on.</param>
    /// <param name="current">The lease that holds now, if any.</param>
    public LeaseLostException(Lease lease, Lease? current)
        : base(Write(lease, current)) => Lease = lease;

    /// <summary>The lease the caller relied on.</summary>
    public Lease Lease { get; }

    private static string Write(Lease lease, Lease? current)
    {
        ArgumentNullException.ThrowIfNull(lease);
        string found = current is null
            ? "it expired or was released"
            : string.Create(CultureInfo.InvariantCulture, $"it is held by '{current.Holder}' with token {current.Token}");
        return string.Create(CultureInfo.InvariantCulture,
            $"The lease '{lease.Name}' of '{lease.Holder}' with token {lease.Token} is lost: {found}. Stop the work it protects and acquire it again.");
    }
}
