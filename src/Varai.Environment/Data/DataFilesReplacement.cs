namespace Varai.Data;

/// <summary>How the files of a target are changed.</summary>
public enum DataFilesReplacement
{
    /// <summary>A whole new tree is built beside the folder, unchanged files as hard links, and takes its place in one step: whoever
    /// opens a file finds the old tree or the new one. A process that has the folder itself open, or watches it, keeps the old one.</summary>
    Swap,

    /// <summary>Every file is replaced in one step, one after the other, in the folder that is there: a reader may meet old and new
    /// files beside each other. For a folder that is a mount point.</summary>
    PerFile,
}
