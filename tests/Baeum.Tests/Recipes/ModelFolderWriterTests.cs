using Baeum.Recipes;

namespace Baeum.Tests.Recipes;

public sealed class ModelFolderWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Read(string name) => File.ReadAllText(folder.File(name));

    private void Save(string text) => ModelFolderWriter.Write(folder.Path, place =>
    {
        File.WriteAllText(Path.Combine(place, "config.json"), text);
        File.WriteAllText(Path.Combine(place, "model.safetensors"), text);
    });

    [Fact]
    public void A_disk_that_is_full_half_way_leaves_the_old_model()
    {
        Save("old");
        Assert.Throws<IOException>(() => ModelFolderWriter.Write(folder.Path, place =>
        {
            File.WriteAllText(Path.Combine(place, "config.json"), "new");
            throw new IOException("No space left on device");
        }));
        Assert.Equal(("old", "old"), (Read("config.json"), Read("model.safetensors")));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void A_process_killed_while_writing_leaves_the_old_model()
    {
        Save("old");
        Directory.CreateDirectory(folder.File(".saving"));
        folder.Write(Path.Combine(".saving", "config.json"), "new");
        ModelFolderWriter.Recover(folder.Path);
        Assert.Equal(("old", "old"), (Read("config.json"), Read("model.safetensors")));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void A_process_killed_during_the_exchange_finishes_it_next_time()
    {
        Save("old");
        // all was written, and one of the files had already taken its place
        folder.Write("config.json", "new");
        Directory.CreateDirectory(folder.File(".saved"));
        folder.Write(Path.Combine(".saved", "model.safetensors"), "new");
        ModelFolderWriter.Recover(folder.Path);
        Assert.Equal(("new", "new"), (Read("config.json"), Read("model.safetensors")));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }
}
