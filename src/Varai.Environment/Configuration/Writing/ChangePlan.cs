using Varai.Configuration.Layers;

namespace Varai.Configuration.Writing;

/// <summary>What a change makes of the files of an environment.</summary>
/// <param name="Intent">Who changes it, and why.</param>
/// <param name="Present">The environment as it is.</param>
/// <param name="Known">The newest recorded version when the plan was begun; 0 when there is none.</param>
/// <param name="Files">The files with their new contents.</param>
/// <param name="IsShared">Whether other environments read one of them too.</param>
internal sealed record ChangePlan(ChangeIntent Intent, LoadedConfiguration Present, long Known, List<PlannedFile> Files, bool IsShared);
