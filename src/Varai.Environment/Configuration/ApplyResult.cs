using Varai.Configuration.Layers;

namespace Varai.Configuration;

/// <summary>What became of a reading.</summary>
internal sealed record ApplyResult(LoadedConfiguration Loaded, bool ValuesChanged);
