namespace Baeum.Recipes;

/// <summary>
/// Replaces a model's files together. The new ones are written whole beside the old; only then they take their places. A full disk or a
/// process that is killed leaves the old model, or a note from which <see cref="Recover"/> finishes the exchange.
/// </summary>
internal static class ModelFolderWriter
{
    private const string Unfinished = ".saving", Complete = ".saved";

    internal static void Write(string folder, Action<string> write)
    {
        string unfinished = Path.Combine(folder, Unfinished);
        Recover(folder);
        Directory.CreateDirectory(unfinished);
        try
        {
            write(unfinished);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
        Directory.Move(unfinished, Path.Combine(folder, Complete));
        Recover(folder);
    }

    /// <summary>Finishes or undoes a saving that was interrupted.</summary>
    internal static void Recover(string folder)
    {
        string unfinished = Path.Combine(folder, Unfinished), complete = Path.Combine(folder, Complete);
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        if (!Directory.Exists(complete)) return;
        foreach (string file in Directory.GetFiles(complete)) File.Move(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        foreach (string part in Directory.GetDirectories(complete))
        {
            string place = Path.Combine(folder, Path.GetFileName(part));
            if (Directory.Exists(place)) Directory.Delete(place, recursive: true);
            Directory.Move(part, place);
        }
        Directory.Delete(complete);
    }
}
