namespace Varai.Data;

/// <summary>Moves data components from one environment into another.</summary>
/// <remarks>Safe from any thread; of two migrations into one component of one environment the second is refused.</remarks>
public interface IDataMigrator
{
    /// <summary>Moves the components that are asked for, one after the other; each is replaced as a whole or not at all. Where an earlier
    /// call with the same request was cut off, it goes on from there.</summary>
    /// <param name="request">From where, to where, and what.</param>
    /// <param name="progress">Told at least every two seconds while something moves, from any thread; <see langword="null"/> for nobody.</param>
    /// <param name="cancellationToken">Ends the work; components that are done stay done.</param>
    /// <exception cref="ArgumentException">Source and target are one environment, or the request names a component that is not registered.</exception>
    /// <exception cref="DataMaskingException">Columns need a rule and have none, or a rule fits nothing.</exception>
    /// <exception cref="DataComponentException">A component failed, or the move goes up into production and the request does not allow it.</exception>
    /// <exception cref="Secrets.SecretException">The masking key can't be read.</exception>
    /// <exception cref="State.StateException">The journal can't be kept.</exception>
    Task<DataMigrationReport> MigrateAsync(
        DataMigrationRequest request, IProgress<DataMigrationProgress>? progress = null, CancellationToken cancellationToken = default);
}
