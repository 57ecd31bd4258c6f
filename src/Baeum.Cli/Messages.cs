using System.Globalization;
using Baeum.Course;

namespace Baeum.Cli;

/// <summary>Everything the command line says, in Korean and English.</summary>
internal static class Messages
{
    internal static string Stopped => Pick("중단했습니다.", "Stopped.");

    internal static string Tagline => Pick("배움 — C#으로 배우는 딥러닝", "Baeum: learning deep learning in C#");

    internal static string ChapterCount(int count) => Pick($"지금 {count}개의 장이 있습니다.", count == 1 ? "There is one chapter." : $"There are {count} chapters.");

    internal static string StartHere => Pick("처음이라면", "Start here");

    internal static string Commands => Pick("명령", "Commands");

    internal static string MoreHelp => Pick("자세한 사용법: ./baeum run --help", "More about a command: ./baeum run --help");

    internal static string Time(double minutes) => minutes switch
    {
        < 1.0 / 60 => Pick("1초 미만", "under 1 s"),
        < 1 => Pick($"약 {Math.Round(minutes * 60)}초", $"about {Math.Round(minutes * 60)} s"),
        _ => Pick($"약 {Math.Round(minutes)}분", $"about {Math.Round(minutes)} min"),
    };

    internal static string RunOne => Pick("실행: ./baeum run ch1", "Run one: ./baeum run ch1");

    internal static string UnknownChapter(string id, IReadOnlyList<string> nearest) => Pick(
        $"그런 장은 없습니다: {id}.{Near(nearest)} 전체 목록: ./baeum list", $"There is no chapter '{id}'.{Near(nearest)} All of them: ./baeum list");

    internal static string UnknownCommand(string word, IReadOnlyList<string> known, IReadOnlyList<string> nearest) => Pick(
        $"모르는 명령입니다: {word}.{Near(nearest)} 쓸 수 있는 명령: {string.Join(", ", known)}",
        $"There is no command '{word}'.{Near(nearest)} There are: {string.Join(", ", known)}");

    internal static string UnknownOption(string option, string? command, IReadOnlyList<string> nearest) => Pick(
        $"모르는 옵션입니다: {option}.{Near(nearest)}{(command is null ? "" : $" 사용법: ./baeum {command} --help")}",
        $"Unknown option: {option}.{Near(nearest)}{(command is null ? "" : $" See ./baeum {command} --help")}");

    internal static string TooMuch(string word, string call) => Pick(
        $"'{word}' 부분을 이해하지 못했습니다. {Usage(call)}", $"What is '{word}' for? {Usage(call)}");

    internal static string OptionValue(string option, string call, bool isGiven) => isGiven
        ? Pick($"{option}: 한 번만, 값 하나와 함께 써 주세요. {Usage(call)}", $"{option}: write it once, with one value. {Usage(call)}")
        : Pick($"{option} 뒤에 값이 필요합니다. {Usage(call)}", $"{option} needs a value. {Usage(call)}");

    internal static string Usage(string call) => Pick("사용법: ", "Usage: ") + call;

    internal static string NoTokenizer(string path) => Pick($"--model {path}: 그런 파일이나 폴더가 없습니다.", $"--model {path}: there is no such file or folder.");

    internal static string ThreadCount(string text) => Pick(
        $"--threads {text}: 1부터 1024까지의 정수를 써 주세요.", $"--threads {text}: write a whole number from 1 to 1024");

    internal static string NothingMatches(string glob, IReadOnlyList<string> nearest) => Pick(
        $"--only {glob}: 맞는 이름이 없습니다.{Near(nearest)}", $"--only {glob}: nothing has such a name.{Near(nearest)}");

    internal static string WorkloadSkipped(string name, string file) => Pick($"- {name}: 건너뜀, {file} 파일이 없습니다.", $"- {name}: skipped, there is no {file}.");

    internal static string TokenizerType(string type, IEnumerable<string> known, IReadOnlyList<string> nearest) => Pick(
        $"--type {type}: 모르는 종류입니다.{Near(nearest)} 쓸 수 있는 종류: {string.Join(", ", known)}", $"--type {type}: there is no such type.{Near(nearest)} There are: {string.Join(", ", known)}");

    internal static string NumberRange(string option, string text, long largest) => Pick(
        $"{option} {text}: 1부터 {largest}까지의 정수를 써 주세요.", $"{option} {text}: write a whole number from 1 to {largest}");

    internal static string NumberFrom(string option, string text, double least, double most) => Pick(
        FormattableString.Invariant($"{option} {text}: {least}부터 {most}까지의 수를 써 주세요."), FormattableString.Invariant($"{option} {text}: write a number from {least} to {most}"));

    internal static string CannotGenerate(string kind) => Pick(
        $"'{kind}' 모델로는 글을 이어 쓸 수 없습니다. 쓸 수 있는 모델: gpt2", $"A model of the kind '{kind}' cannot go on with a text; those that can: gpt2.");

    internal static string UnknownCharacters(string characters) => Pick(
        $"이 모델이 모르는 글자는 빼고 읽습니다: {characters}", $"The model does not know these characters and reads the text without them: {characters}");

    internal static string NoKnownPiece => Pick("이 모델이 아는 글자가 하나도 없습니다. 다른 글로 시작해 주세요.", "The model knows no character of this text; begin with another one.");

    internal static string NoTextFile(string file) => Pick($"{file} 파일이 없습니다.", $"There is no file {file}.");

    internal static string NotUtf8(string file, int line) => Pick($"{file}: {line}번째 줄이나 그 뒤가 UTF-8이 아닙니다.", $"{file}: line {line} or what follows it is not UTF-8.");

    internal static string NotUtf8(string file) => Pick($"{file}: UTF-8 글이 아닙니다.", $"{file} is no text in UTF-8.");

    internal static string TextTooLarge(string file, long most) => Pick($"{file}: {Megabytes(most)} MB가 넘습니다.", $"{file} is larger than {Megabytes(most)} MB.");

    internal static string CountingWords(long texts) => Pick($"낱말을 세는 중: {texts}줄", $"Counting words: {texts} lines");

    internal static string LearningTokens(long done, long total) => Pick($"학습 중: {done}/{total}", $"Learning: {done} of {total}");

    internal static string TokenizerTrained(int size, double seconds, string path) => Pick(
        string.Create(CultureInfo.InvariantCulture, $"어휘 {size}개, {seconds:0.0}초: {path}"), string.Create(CultureInfo.InvariantCulture, $"{size} tokens in {seconds:0.0} s: {path}"));

    internal static string NoDataFolder(string folder) => Pick($"자료 폴더 {folder}가 없습니다. --data DIR로 알려 주세요.", $"There is no data folder {folder}; name it with --data DIR.");

    internal static string NoRecipe(string name, IReadOnlyList<string> known, IReadOnlyList<string> nearest) => Pick(
        $"그런 레시피나 파일이 없습니다: {name}.{Near(nearest)} 레시피: {string.Join(", ", known)}", $"There is no recipe or file '{name}'.{Near(nearest)} Recipes: {string.Join(", ", known)}");

    internal static string TrainingStep(int step, int total, int epoch, double loss, double rate, TimeSpan? left) => Pick($"{step}/{total}  에폭 {epoch}", $"{step}/{total}  epoch {epoch}")
        + string.Create(CultureInfo.InvariantCulture, $"  {Pick("손실", "loss")} {loss:F4}  {Pick("학습률", "rate")} {rate:G3}")
        + (left is { } time ? string.Create(CultureInfo.InvariantCulture, $"  {Pick("남은 시간", "left")} {(int)time.TotalHours}:{time:mm\\:ss}") : "");

    internal static string TrainingResumed(int step, int total) => Pick($"{step}/{total} 스텝부터 이어서 학습합니다.", $"Going on from step {step} of {total}.");

    internal static string TrainingStopped(string folder) => Pick($"중단했습니다. 같은 명령을 다시 실행하면 {folder}에서 이어집니다.", $"Stopped. The same command goes on from the checkpoint in {folder}.");

    internal static string ModelTrained(string folder, double seconds) => Pick(
        string.Create(CultureInfo.InvariantCulture, $"{seconds:0}초: {folder}"), string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s: {folder}"));

    internal static string NoText => Pick("글이 비어 있습니다.", "There is no text: all that was given is empty.");

    internal static string TextsCut(int count, int length) => Pick(
        $"글 {count}개가 {length}토큰보다 길어서 뒤를 잘랐습니다.", count == 1 ? $"One text is longer than {length} pieces; its end was cut off." : $"{count} texts are longer than {length} pieces; their ends were cut off.");

    internal static string NoMask(string mask) => Pick($"글에 {mask}가 없습니다. 맞힐 자리에 {mask}를 써 주세요.", $"The text has no {mask}; write it where the hidden piece is.");

    internal static string Downloaded(string file, long bytes) => Pick($"받음: {file} ({Megabytes(bytes)} MB)", $"here: {file} ({Megabytes(bytes)} MB)");

    internal static string Downloading(int done, int files, long bytes, long total, double bytesPerSecond) => Pick(
        $"파일 {done}/{files}, {Megabytes(bytes)}/{Megabytes(total)} MB, {Megabytes((long)bytesPerSecond)} MB/s",
        $"files {done}/{files}, {Megabytes(bytes)}/{Megabytes(total)} MB, {Megabytes((long)bytesPerSecond)} MB/s");

    internal static string NoVerifyFolder(string folder) => Pick($"{folder} 폴더가 없습니다.", $"There is no folder {folder}.");

    internal static string NoBooks(string folder) => Pick(
        $"{folder}에 대조할 파일(NAME.json)이 없습니다.", $"{folder} holds no figures to compare with (NAME.json).");

    internal static string BrokenBook(string file, string reason) => Pick($"{file}: 읽을 수 없습니다. {reason}", $"{file}: cannot be read: {reason}");

    internal static string NotKnownYet => Pick("아직 모르는 책", "not known yet");

    internal static string VerifySummary(int passed, int failed, int skipped) => Pick(
        $"일치 {passed}개, 불일치 {failed}개, 건너뜀 {skipped}개", $"{passed} passed, {failed} failed, {skipped} skipped");

    internal static string WithoutPicture(IReadOnlyList<string> chapters) => Pick($"그림이 없는 장: {string.Join(", ", chapters)}", $"Without a picture: {string.Join(", ", chapters)}");

    internal static string System => Pick("운영체제", "System");

    internal static string Processor => Pick("프로세서", "Processor");

    internal static string Threads => Pick("스레드", "Threads");

    internal static string PeakProducts => Pick("최대 연산 (GFLOP/s)", "Peak GFLOP/s");

    internal static string PeakProductsOne => Pick("  스레드 하나", "  on one thread");

    internal static string PeakRead => Pick("최대 읽기 (GB/s)", "Peak read GB/s");

    internal static string Unknown => Pick("알 수 없음", "unknown");

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Near(IReadOnlyList<string> names) => names.Count == 0
        ? ""
        : Pick($" 비슷한 이름: {string.Join(", ", names)}.", $" Did you mean {string.Join(", ", names)}?");

    private static string Pick(string korean, string english) => UserLanguage.Pick(korean, english);
}
