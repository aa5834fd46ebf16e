namespace Varai.Tests.FeatureFlags.Rollouts;

/// <summary>The moment at which a node dies: at one of its writes, before or after it is made. A dead node does nothing more.</summary>
internal sealed class CrashPoint
{
    /// <summary>The write to die at, from 1; 0 for never.</summary>
    public int At { get; set; }

    /// <summary>Whether the write is still made.</summary>
    public bool IsAfter { get; set; }

    public int Writes { get; private set; }

    public bool IsDead { get; private set; }

    public async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        ThrowIfDead();
        if (++Writes != At)
            return await write();
        if (IsAfter)
            await write();
        IsDead = true;
        throw new InvalidOperationException("The node is dead.");
    }

    public void ThrowIfDead()
    {
        if (IsDead)
            throw new InvalidOperationException("The node is dead.");
    }
}
