using Varai.Configuration;

namespace Varai.Promotion.Planning;

/// <summary>A plan with what is needed to carry it out.</summary>
/// <param name="Plan">The plan, its gates not yet asked.</param>
/// <param name="Update">The change of the target; null when nothing changes.</param>
/// <param name="Target">The target's document, without this machine's own file.</param>
/// <param name="Sources">The incoming components.</param>
/// <param name="OldBases">The blobs of what was last promoted.</param>
/// <param name="FirstBases">What counts as that where nothing was promoted yet.</param>
internal sealed record PlannedPromotion(
    PromotionPlan Plan,
    ConfigurationUpdate? Update,
    ConfigurationSnapshot Target,
    IReadOnlyDictionary<string, ConfigurationNode> Sources,
    IReadOnlyDictionary<string, string> OldBases,
    IReadOnlyDictionary<string, ConfigurationNode> FirstBases);
