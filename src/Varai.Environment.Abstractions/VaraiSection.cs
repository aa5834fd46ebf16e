using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Varai;

/// <summary>Names a key below the host's section <c>Varai</c> that a package reads. Register one as a singleton for each: a key
/// that nobody names stops the host at start, since it is mostly a misspelt one.</summary>
/// <param name="Name">The key, such as <c>Secrets</c> for <c>Varai:Secrets</c>, or <c>State:PostgreSql</c> for a section of its own
/// below <c>Varai:State</c>.</param>
public sealed record VaraiSection(string Name)
{
    /// <summary>Reads and validates the section at start, when the host has one, so that a bad value stops the host.</summary>
    /// <value>Default: <see langword="null"/>, nothing is checked at start.</value>
    public Action<IServiceProvider>? Check { get; init; }

    /// <summary>Names a section that is bound to options.</summary>
    /// <typeparam name="TOptions">The options, registered with their validators.</typeparam>
    /// <param name="name">The key below <c>Varai</c>.</param>
    public static VaraiSection For<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(string name)
        where TOptions : class =>
        new(name) { Check = static services => _ = services.GetRequiredService<IOptions<TOptions>>().Value };
}
