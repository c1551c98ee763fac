import pytest
from assembler_recipes.download import DownloadOptions, Variant, recipe

from assembler.api import (
    ArtifactRequest,
    Assembled,
    ConfigurationError,
    Expose,
    ExtractArchive,
    FetchFile,
    LockedArtifact,
    Needs,
    Place,
    Step,
    Target,
    TargetName,
)
from tests.recipes.parts import ORIGIN, TARGET, part, text

URL = "https://example.org/dist/haproxy-3.0.tar.gz?mirror=1"
ARTIFACT = LockedArtifact(url=URL, sha256="a" * 64, size=7)


def steps(options: DownloadOptions) -> tuple[Step, ...]:
    return recipe.realise(part(options), Assembled(target=TARGET, artifacts={URL: ARTIFACT}))


def test_the_file_is_locked():
    needs = recipe.declare(part(DownloadOptions(url=URL)))

    assert needs == Needs(artifacts=(ArtifactRequest(url=URL),))


def test_a_hash_of_the_part_is_compared_in_lower_case():
    needs = recipe.declare(part(DownloadOptions(url=URL, sha256="AB" * 32)))

    assert needs == Needs(artifacts=(ArtifactRequest(url=URL, sha256="ab" * 32),))


def test_a_file_has_the_name_of_its_url():
    assert steps(DownloadOptions(url=URL)) == (
        FetchFile(path="haproxy-3.0.tar.gz", artifact=ARTIFACT),
    )


def test_a_file_may_have_another_name():
    assert steps(DownloadOptions(url=URL, filename="h.tgz", executable=True)) == (
        FetchFile(path="h.tgz", artifact=ARTIFACT, executable=True),
    )


def test_a_file_is_shown_where_to_says():
    assert steps(DownloadOptions(url=URL, to="share/./h.tgz")) == (
        FetchFile(path="share/h.tgz", artifact=ARTIFACT),
        Expose(path="share/h.tgz", target="share/h.tgz"),
    )


def test_an_archive_is_extracted_into_the_parts_directory():
    assert steps(DownloadOptions(url=URL, unpack=True, strip=1)) == (
        ExtractArchive(path=".", artifact=ARTIFACT, strip=1),
    )


def test_an_archive_is_shown_where_to_says():
    assert steps(DownloadOptions(url=URL, unpack=True, to="share/h/")) == (
        ExtractArchive(path="share/h", artifact=ARTIFACT),
        Expose(path="share/h", target="share/h"),
    )


OTHER = "https://example.org/dist/haproxy-arm64.tar.gz"
VARIANTS = {
    "linux-x86_64": Variant(url=URL, sha256="AB" * 32),
    "macos-aarch64": Variant(url=OTHER),
}
MAC = Target(name="macos-arm64", system="macos", machine="arm64")


def test_every_target_may_have_a_file_of_its_own():
    options = DownloadOptions(url="https://example.org/any", targets=VARIANTS)

    assert recipe.declare(part(options)).artifacts == (
        ArtifactRequest(url=URL, sha256="ab" * 32, targets=(TargetName("linux-x86_64", ORIGIN),)),
        ArtifactRequest(url=OTHER, targets=(TargetName("macos-aarch64", ORIGIN),)),
        ArtifactRequest(url="https://example.org/any"),
    )


@pytest.mark.parametrize(
    ("target", "url"),
    [
        (TARGET, URL),
        (MAC, OTHER),
        (Target(name="edge", system="linux", machine="x86_64"), "https://example.org/any"),
    ],
)
def test_a_build_takes_the_file_for_its_target(target: Target, url: str):
    options = DownloadOptions(url="https://example.org/any", targets=VARIANTS)
    urls = (URL, OTHER, "https://example.org/any")
    artifacts = {each: LockedArtifact(url=each, sha256="a" * 64, size=1) for each in urls}

    steps = recipe.realise(part(options), Assembled(target=target, artifacts=artifacts))

    assert steps == (FetchFile(path="app", artifact=artifacts[url]),)


def test_a_target_without_a_file_is_named():
    options = DownloadOptions(targets={"macos-arm64": Variant(url=OTHER)})

    with pytest.raises(ConfigurationError) as caught:
        recipe.realise(part(options), Assembled(target=TARGET))

    assert caught.value.message == "part `app` has nothing to download for `linux-x86_64`"


@pytest.mark.parametrize(
    ("options", "path"),
    [
        (DownloadOptions(url=URL), "haproxy-3.0.tar.gz"),
        (DownloadOptions(url=URL, to="share/x"), "share/x"),
        (DownloadOptions(url=URL, unpack=True), ""),
        (DownloadOptions(url=URL, unpack=True, to="share/x"), "share/x"),
    ],
)
def test_the_path_is_an_output(options: DownloadOptions, path: str):
    place = Place(root="part", part="app", path=path)

    assert recipe.outputs(part(options)) == {"path": text(place)}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (DownloadOptions(url=URL, sha256="ab"), "`ab` is no sha256 in hexadecimal"),
        (DownloadOptions(url=URL, unpack=True, strip=-1), "`strip` can't be negative"),
        (DownloadOptions(url=URL, strip=1), "`strip` needs `unpack`"),
        (
            DownloadOptions(url=URL, unpack=True, executable=True),
            "`executable` can't be with `unpack`",
        ),
        (
            DownloadOptions(url=URL, to="x", filename="y"),
            "`filename` can't be with `to` or `unpack`",
        ),
        (
            DownloadOptions(url="https://me:pass@example.org/x"),
            "a URL in the file can't hold credentials",
        ),
        (
            DownloadOptions(targets={"edge": Variant(url="ftp://example.org/x")}),
            "`ftp://example.org/x` is no URL",
        ),
        (DownloadOptions(), "there must be a `url`, or `targets` with one each"),
        (DownloadOptions(targets=VARIANTS, sha256="ab" * 32), "`sha256` needs `url`"),
        (
            DownloadOptions(targets={"edge": Variant(url=URL, sha256="x")}),
            "`x` is no sha256 in hexadecimal",
        ),
        (DownloadOptions(url=URL, to="../x"), "`../x` leads out of its folder"),
        (DownloadOptions(url=URL, filename="/x"), "`/x` leads out of its folder"),
    ],
)
def test_contradictions_are_refused(options: DownloadOptions, message: str):
    with pytest.raises(ConfigurationError) as caught:
        recipe.declare(part(options))

    assert caught.value.message == message
